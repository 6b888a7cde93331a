"""How fields, states and what the checks find are worded for editors."""

from __future__ import annotations

from flask import Flask

from bot.desk import texts
from bot.knowledge.checks import Finding


def field_name(field: str) -> str:
    """`answer.nl` as "antwoord (Nederlands)"."""
    names, languages = texts.group("editor_fields"), texts.group("editor_languages")
    name, _, language = field.rpartition(".")
    if language in languages and name in names:
        return f"{names[name]} ({languages[language]})"
    return names.get(field, field)


def finding(found: Finding) -> str:
    """What a check found, in words for editors; in those of the check itself where there are none."""
    known = texts.group("editor_findings")
    key = f"{found.check}.{found.case}" if found.case else found.check
    if key not in known:
        return found.message
    return known[key].format(*(_about(one) for one in found.about))


def _about(value: str) -> str:
    """`answer (nl)` as "Antwoord (Nederlands)"; anything else as it is."""
    name, space, rest = value.partition(" (")
    language = rest.removesuffix(")")
    if space and name in texts.group("editor_fields") and language in texts.group("editor_languages"):
        told = field_name(f"{name}.{language}")
        return told[0].upper() + told[1:]
    return value


def install(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(field_name=field_name, finding=finding)
