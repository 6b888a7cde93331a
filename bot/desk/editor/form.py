"""A topic as the fields of a form, and back. Pure.

Every field has a name of its own and one value, so that a form can be kept as it is, however unfinished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot import languages
from bot.knowledge.schema import Content, Picture, Topic

EXCEPTIONS = ("long_sentence", "readability")
TEXTS = ("question", "answer", "short")
DATES = ("as_of", "review_by")
FOLLOW_UPS = 3
PASSAGE = "passage:"
LONGEST = 20_000
Form = Mapping[str, str]


def to_form(topic: Topic) -> dict[str, str]:
    """The fields of a topic."""
    form = {"subject": topic.subject, "picture": topic.picture.name if topic.picture else ""}
    for language in languages.codes():
        for name in TEXTS:
            form[f"{name}_{language}"] = getattr(topic, name).get(language, "")
        form[f"questions_{language}"] = "\n".join(topic.questions.get(language, ()))
        form[f"picture_{language}"] = topic.picture.description.get(language, "") if topic.picture else ""
    form |= {name: getattr(topic, name).isoformat() for name in DATES}
    form |= {f"follow_{place + 1}": other for place, other in enumerate(topic.follow_ups)}
    form |= {f"because_{name}": topic.exceptions.get(name, "") for name in EXCEPTIONS}
    form |= {f"{PASSAGE}{name}": "on" for name in topic.passages}
    return form


def from_form(form: Form, base: Topic, content: Content) -> tuple[Topic, list[str]]:
    """The topic that a form describes.

    Args:
        form: the fields, as somebody typed them.
        base: the topic as it was, for what cannot be read and to leave alone what did not change.
        content: what is published, with the drafts of passages: only passages of it can be chosen.

    Returns:
        The topic, and the names of the fields that cannot be read (`as_of`, `review_by`).
    """
    dates, wrong = {}, []
    for name in DATES:
        try:
            dates[name] = date.fromisoformat(form.get(name, "").strip())
        except ValueError:
            dates[name] = getattr(base, name)
            wrong.append(name)
    texts = {name: _texts(form, name, getattr(base, name)) for name in TEXTS}
    asked = {language: _lines(form.get(f"questions_{language}", "")) for language in languages.codes()}
    chosen = {name.removeprefix(PASSAGE) for name in form if name.startswith(PASSAGE)}
    known = [*base.passages, *(name for name in content.passages if name not in base.passages)]
    follow_ups = (form.get(f"follow_{place + 1}", "").strip() for place in range(FOLLOW_UPS))
    reasons = {name: " ".join(form.get(f"because_{name}", "").split()) for name in EXCEPTIONS}
    others = {name: reason for name, reason in base.exceptions.items() if name not in EXCEPTIONS}
    topic = replace(
        base,
        subject=form.get("subject", "").strip() or base.subject,
        question=texts["question"],
        answer=texts["answer"],
        short=texts["short"],
        questions={language: lines for language, lines in asked.items() if lines},
        passages=tuple(name for name in known if name in chosen),
        follow_ups=tuple(dict.fromkeys(filter(None, follow_ups))),
        picture=_picture(form, base),
        exceptions={**others, **{name: reason for name, reason in reasons.items() if reason}},
        as_of=dates["as_of"],
        review_by=dates["review_by"],
    )
    return topic, wrong


def tidy(text: str) -> str:
    """A text without the line ends of other systems and white space around it."""
    return text.replace("\r\n", "\n").strip()[:LONGEST]


def _texts(form: Form, name: str, base: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for language in languages.codes():
        text, before = tidy(form.get(f"{name}_{language}", "")), base.get(language, "")
        # White space that a form cannot keep is no change.
        text = before if text == before.strip() else text
        if text:
            found[language] = text
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (" ".join(line.split()) for line in tidy(text).split("\n"))))


def _picture(form: Form, base: Topic) -> Picture | None:
    name = form.get("picture", "").strip()
    if not name:
        return None
    before = base.picture.description if base.picture else {}
    return Picture(name, _texts(form, "picture", before))
