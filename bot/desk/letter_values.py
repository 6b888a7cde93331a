"""What a letter about a sign-up is filled in with. No Flask, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from bot.desk import texts
from bot.desk.signup_page import CriterionRow
from bot.desk.wording import day, moment, told
from bot.signups.records import Note, SignUp
from bot.signups.validation import call_how_choices

_NOT_GIVEN = "niet gegeven"


def values(signup: SignUp, rows: Sequence[CriterionRow], staff: str, now: datetime) -> Mapping[str, str | Markup]:
    """A value for every placeholder.

    Args:
        rows: the criteria as the page of the sign-up shows them.
        staff: who makes the letter.
    """
    details = signup.details
    how = call_how_choices("nl").get(details.call_how, details.call_how)
    return {
        "naam": details.name,
        "geboortedatum": day(details.date_of_birth),
        "code": signup.code,
        "aangemeld": day(signup.created_at),
        "stand": texts.text("states", signup.state.value),
        "uitkomst": texts.text("verdicts", signup.verdict.value),
        "telefoon": details.phone,
        "email": details.email or _NOT_GIVEN,
        "bellen": ", ".join(filter(None, (how, details.call_when))),
        "taal": told(signup.language, "languages"),
        "neuroloog": details.neurologist or _NOT_GIVEN,
        "ziekenhuis": details.hospital or _NOT_GIVEN,
        "toestemming_bellen": _yes(details.consent_call),
        "toestemming_gegevens": _yes(details.consent_records),
        "medewerker": staff,
        "vandaag": day(now),
        "voorwaarden": criteria_table(rows),
        "notities": notes_list(signup.notes),
    }


def criteria_table(rows: Sequence[CriterionRow]) -> Markup:
    """The criteria with answers and own words."""
    head = Markup("<tr><th>Voorwaarde</th><th>Uitkomst</th><th>Antwoord</th><th>In eigen woorden</th></tr>")
    line = Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>")
    outcome = texts.group("outcomes")
    lines = [line.format(row.name, outcome.get(row.outcome, row.outcome), row.chosen, row.words) for row in rows]
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(head, Markup("").join(lines))


def notes_list(notes: Sequence[Note]) -> Markup:
    """The notes with author and moment."""
    if not notes:
        return Markup("<p>Geen notities.</p>")
    item = Markup("<li>{} <small>({}, {})</small></li>")
    lines = [item.format(note.text, note.author, moment(note.at)) for note in notes]
    return Markup("<ul>{}</ul>").format(Markup("").join(lines))


def _yes(given: bool) -> str:
    return "ja" if given else "nee"
