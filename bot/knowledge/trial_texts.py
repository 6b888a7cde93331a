"""The texts of a trial file that may be said in other words, by name: `trial.ram-ms.age.question.nl`.

Only the wording: ids, outcomes, limits, the medicines that count and their sources are not among them. How such words
come into a trial is in `bot.eligibility.wording`, which uses the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.fixed_texts import OF_TRIAL, FixedText, Held, terms_in

_FORMS_OF_MS = frozenset({"RRMS", "SPMS", "PPMS", "CIS"})
_YES_NO = frozenset({"ja", "nee", "yes", "no"})
# The longest text of each kind, in words: what fits on a button, a list and a telephone's screen.
WORDS = {"name": 10, "option": 8, "outcome": 5, "question": 35, "help": 60, "explanation": 45, "way_on": 70}
_RECRUITMENT_WORDS = 70


def load(trial: Path, lexicon: Path) -> Mapping[str, FixedText]:
    """The texts of a trial file, by name, in the order of the file.

    Args:
        trial: the file.
        lexicon: the folder with `drugs.yml`, whose names stay in a text.
    """
    raw = yaml.safe_load(trial.read_text(encoding="utf-8"))
    terms = _FORMS_OF_MS | _drugs(lexicon / "drugs.yml")
    return {text.id: text for text in _all(raw, terms)}


def _all(raw: Mapping[str, Any], terms: frozenset[str]) -> Iterator[FixedText]:
    start = f"{OF_TRIAL}{raw['id']}"
    recruitment = raw["recruitment"]
    passages = (recruitment["passage"],) if recruitment.get("passage") else ()
    for status, texts in recruitment["text"].items():
        yield from _in_languages(
            f"{start}.recruitment.{status}",
            texts,
            Held("recruitment", status, passages, frozenset(), terms, (), _RECRUITMENT_WORDS),
        )
    for outcome, texts in raw["outcome_words"].items():
        yield from _in_languages(
            f"{start}.outcome.{outcome}",
            texts,
            Held("outcome", outcome, (), frozenset(), terms, (), WORDS["outcome"]),
        )
    for row in raw["criteria"]:
        yield from _criterion(f"{start}.{row['id']}", row, terms)


def _criterion(start: str, row: Mapping[str, Any], terms: frozenset[str]) -> Iterator[FixedText]:
    about, passages = str(row["name"]["nl"]), (str(row["passage"]),)

    def held(part: str, others: tuple[str, ...] = ()) -> Held:
        return Held(part, about, passages, frozenset(), terms, others, WORDS[part])

    for part in ("name", "question", "help"):
        yield from _in_languages(f"{start}.{part}", row[part], held(part))
    for option in row["options"]:
        others = tuple(
            label for other in row["options"] if other["id"] != option["id"] for label in other["label"].values()
        )
        yield from _in_languages(f"{start}.option.{option['id']}", option["label"], held("option", others))
    for outcome, texts in row["explanation"].items():
        yield from _in_languages(f"{start}.explanation.{outcome}", texts, held("explanation"))
    if row.get("way_on"):
        yield from _in_languages(f"{start}.way_on", row["way_on"], held("way_on"))


def _in_languages(name: str, texts: Mapping[str, str], held: Held) -> Iterator[FixedText]:
    for language, text in texts.items():
        words = str(text).strip()
        stays = terms_in(words, held.known_terms)
        if held.part == "option":
            # "Ja" may not become "Nee", nor disappear: people type it.
            stays |= terms_in(words.split()[0], _YES_NO)
        known = held.known_terms | (_YES_NO if held.part == "option" else frozenset())
        own = Held(held.part, held.about, held.passages, stays, known, held.others, held.words_max)
        yield FixedText(f"{name}.{language}", (words,), False, language, own)


def _drugs(file: Path) -> frozenset[str]:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))["drugs"]
    return frozenset(str(name) for drug in found.values() for name in drug["names"])
