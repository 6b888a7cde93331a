"""Reads a trial file (`data/trials/<id>.yml`) into a `Trial`, and says plainly what is wrong with a broken one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.eligibility.criteria import Criterion, Option, Outcome, Recruitment, RegisterStatus, Texts, Trial

LANGUAGE = "nl"
UNKNOWN = "unknown"


class TrialFileError(Exception):
    """A trial file that cannot be used: which file, what is wrong with it, and what to do."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}. {remedy}")
        self.path = path
        self.problem = problem
        self.remedy = remedy


def load_trial(path: Path | str) -> Trial:
    """The trial described in the file at `path`.

    Raises:
        TrialFileError: the file is missing, is no YAML, or lacks or contradicts something; the message names the
            file, the place in it and the repair.
    """
    path = Path(path)
    reader = _Reader(path)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrialFileError(
            path, f"the file cannot be read ({error.strerror})", "Put it there or correct the path."
        ) from error
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise TrialFileError(path, f"this is not valid YAML{line}", "Check quotes and indentation there.") from error
    return reader.trial(raw)


class _Reader:
    """Walks one file; keeps its path for the error messages."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, problem: str, remedy: str) -> TrialFileError:
        return TrialFileError(self.path, problem, remedy)

    def trial(self, raw: Any) -> Trial:
        top = self.mapping(raw, "the file")
        recruitment = self.mapping(self.need(top, "recruitment", "the file"), "recruitment")
        status = self.one_of(self.need(recruitment, "status", "recruitment"), Recruitment, "recruitment.status")
        texts = self.mapping(self.need(recruitment, "text", "recruitment"), "recruitment.text")
        words = self.mapping(self.need(top, "outcome_words", "the file"), "outcome_words")
        rows = self.need(top, "criteria", "the file")
        if not isinstance(rows, list) or not rows:
            raise self.wrong("criteria holds no list", "Write each criterion as a list item that starts with `- id:`.")
        criteria = tuple(self.criterion(row, f"criteria[{number}]") for number, row in enumerate(rows, start=1))
        ids = [criterion.id for criterion in criteria]
        for double in sorted({name for name in ids if ids.count(name) > 1}):
            raise self.wrong(f"criterion {double} occurs twice", "Give each criterion its own id.")
        return Trial(
            id=self.text(self.need(top, "id", "the file"), "id"),
            name=self.texts(self.need(top, "name", "the file"), "name"),
            recruitment=Recruitment(status),
            recruitment_as_of=self.text(self.need(recruitment, "as_of", "recruitment"), "recruitment.as_of"),
            recruitment_source=self.texts(self.need(recruitment, "source", "recruitment"), "recruitment.source"),
            recruitment_text={
                each: self.texts(self.need(texts, each.value, "recruitment.text"), f"recruitment.text.{each.value}")
                for each in Recruitment
            },
            outcome_words={
                outcome: self.texts(self.need(words, outcome.value, "outcome_words"), f"outcome_words.{outcome.value}")
                for outcome in Outcome
            },
            criteria=criteria,
            register=self.register(recruitment.get("register"), "recruitment.register"),
        )

    def register(self, raw: Any, place: str) -> RegisterStatus | None:
        if raw is None:
            return None
        row = self.mapping(raw, place)
        return RegisterStatus(
            status=Recruitment(self.one_of(self.need(row, "status", place), Recruitment, f"{place}.status")),
            as_of=self.text(self.need(row, "as_of", place), f"{place}.as_of"),
            source=self.texts(self.need(row, "source", place), f"{place}.source"),
            url=self.text(self.need(row, "url", place), f"{place}.url"),
        )

    def criterion(self, raw: Any, place: str) -> Criterion:
        row = self.mapping(raw, place)
        place = str(row.get("id", place))
        options = self.options(self.need(row, "options", place), place)
        explanation = self.mapping(self.need(row, "explanation", place), f"{place}.explanation")
        criterion = Criterion(
            id=self.text(self.need(row, "id", place), f"{place}.id"),
            name=self.texts(self.need(row, "name", place), f"{place}.name"),
            question=self.texts(self.need(row, "question", place), f"{place}.question"),
            help=self.texts(self.need(row, "help", place), f"{place}.help"),
            options=options,
            explanation={
                outcome: self.texts(
                    self.need(explanation, outcome.value, f"{place}.explanation"), f"{place}.{outcome.value}"
                )
                for outcome in Outcome
            },
            way_on=self.texts(row["way_on"], f"{place}.way_on") if row.get("way_on") else {},
            topic=self.text(self.need(row, "topic", place), f"{place}.topic"),
            source=self.text(self.need(row, "source", place), f"{place}.source"),
            passage=self.text(self.need(row, "passage", place), f"{place}.passage"),
            plain_yes=self.text(row.get("plain_yes", "yes"), f"{place}.plain_yes"),
            plain_no=self.text(row.get("plain_no", "no"), f"{place}.plain_no"),
            limits=self.limits(row.get("limits", {}), f"{place}.limits"),
            drugs=frozenset(row.get("drugs", ())),
        )
        self.check_plain(criterion)
        return criterion

    def check_plain(self, criterion: Criterion) -> None:
        known = {option.id for option in criterion.options}
        for key, option_id in (("plain_yes", criterion.plain_yes), ("plain_no", criterion.plain_no)):
            if option_id not in known:
                raise self.wrong(
                    f"{criterion.id}.{key} is {option_id!r}, which is none of its options",
                    f"Set {key} to one of: {', '.join(sorted(known))}.",
                )

    def options(self, raw: Any, place: str) -> tuple[Option, ...]:
        if not isinstance(raw, list) or not raw:
            raise self.wrong(f"{place}.options holds no list", "List the answers, the last with id unknown.")
        options = []
        for row in raw:
            option = self.mapping(row, f"{place}.options")
            name = self.text(self.need(option, "id", f"{place}.options"), f"{place}.options.id")
            outcome = self.one_of(
                self.need(option, "outcome", f"{place}.options.{name}"), Outcome, f"{place}.options.{name}.outcome"
            )
            label = self.texts(self.need(option, "label", f"{place}.options.{name}"), f"{place}.options.{name}.label")
            options.append(Option(id=name, label=label, outcome=Outcome(outcome)))
        ids = [option.id for option in options]
        if len(set(ids)) != len(ids):
            raise self.wrong(f"{place} has two options with the same id", "Give each option its own id.")
        if options[-1].id != UNKNOWN or options[-1].outcome is not Outcome.UNKNOWN:
            raise self.wrong(
                f"the last option of {place} is not unknown",
                'End the list with `- {id: unknown, outcome: unknown, label: {nl: "Weet ik niet"}}`.',
            )
        return tuple(options)

    def limits(self, raw: Any, place: str) -> Mapping[str, int]:
        limits = self.mapping(raw, place)
        for name, value in limits.items():
            if not isinstance(value, int) or isinstance(value, bool):
                raise self.wrong(f"{place}.{name} is {value!r}", "Write a whole number.")
        return limits

    def need(self, row: Mapping[str, Any], key: str, place: str) -> Any:
        if row.get(key) is None:
            raise self.wrong(f"{place} has no {key}", f"Add `{key}:` there.")
        return row[key]

    def mapping(self, raw: Any, place: str) -> Mapping[str, Any]:
        if not isinstance(raw, dict):
            raise self.wrong(f"{place} is not a set of `key: value` lines", "Compare it with data/trials/README.md.")
        return raw

    def text(self, raw: Any, place: str) -> str:
        if not isinstance(raw, str) or not raw.strip():
            hint = "Put quotes around yes, no and dates: YAML reads them as something else otherwise."
            raise self.wrong(f"{place} is {raw!r}, not a text", hint)
        return raw

    def texts(self, raw: Any, place: str) -> Texts:
        if not isinstance(raw, dict) or not isinstance(raw.get(LANGUAGE), str) or not raw[LANGUAGE].strip():
            raise self.wrong(f"{place} has no Dutch text", f'Write it as `{{{LANGUAGE}: "..."}}`.')
        return {str(language): str(text).strip() for language, text in raw.items()}

    def one_of(self, raw: Any, kind: type[Outcome | Recruitment], place: str) -> str:
        allowed = [member.value for member in kind]
        if raw not in allowed:
            raise self.wrong(f"{place} is {raw!r}", f"Use one of: {', '.join(allowed)}.")
        return str(raw)
