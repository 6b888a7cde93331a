"""Strict YAML reading that remembers lines: every complaint names file, line and topic, and all are collected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

# The C parser is some ten times faster; the pure Python one reads the same files where libyaml is missing.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a content file: where, what, and what to do."""

    file: str
    line: int | None
    topic: str | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.topic + ': ' if self.topic else ''}{self.message}"


class ContentError(Exception):
    """The content files cannot be used. `problems` holds everything that is wrong with them, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Field:
    """A value in a YAML file together with its place. Its methods read it as one kind of thing.

    A method that cannot read the value notes a problem and returns an empty value of the kind asked for, so that
    the rest of the file is still looked at.
    """

    def __init__(self, node: yaml.Node, file: str, problems: list[Problem], topic: str | None = None) -> None:
        self.node = node
        self.file = file
        self.problems = problems
        self.topic = topic

    @property
    def line(self) -> int:
        """The line on which the value begins, from 1."""
        return int(self.node.start_mark.line) + 1

    def complain(self, message: str) -> None:
        """Note a problem at this place."""
        self.problems.append(Problem(self.file, self.line, self.topic, message))

    def about(self, topic: str) -> Field:
        """The same value, of which problems are said to be about a topic."""
        return Field(self.node, self.file, self.problems, topic)

    def is_null(self) -> bool:
        """Whether the file says `null`, or nothing."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == _NULL

    def items(self, name: str) -> Iterator[tuple[str, Field]]:
        """Keys and values of a mapping; complains about keys that stand there twice."""
        if not isinstance(self.node, yaml.MappingNode):
            if not self.is_null():
                self.complain(f"'{name}' must be a list of 'key: value' lines.")
            return
        seen: dict[str, int] = {}
        for key_node, value_node in self.node.value:
            key = Field(key_node, self.file, self.problems, self.topic)
            if not isinstance(key_node, yaml.ScalarNode):
                key.complain(f"a key in '{name}' must be a plain word.")
                continue
            if key_node.value in seen:
                first = seen[key_node.value]
                key.complain(f"'{key_node.value}' stands here twice (first on line {first}): remove or rename one.")
                continue
            seen[key_node.value] = key.line
            yield key_node.value, Field(value_node, self.file, self.problems, self.topic)

    def record(self, name: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Field]:
        """A mapping with fixed keys; complains about missing and unknown ones."""
        required, known = tuple(required), (*required, *optional)
        found: dict[str, Field] = {}
        for key, value in self.items(name):
            if key in known:
                found[key] = value
                continue
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(known)}."
            value.complain(f"'{key}' is not known in {name}: {hint}")
        for key in required:
            if key not in found:
                self.complain(f"'{key}' is missing in {name}: add it.")
        return found

    def entries(self, name: str) -> list[Field]:
        """The values of a list."""
        if isinstance(self.node, yaml.SequenceNode):
            return [Field(node, self.file, self.problems, self.topic) for node in self.node.value]
        if not self.is_null():
            self.complain(f"'{name}' must be a list: lines that start with '- ', or [a, b, c].")
        return []

    def text(self, name: str) -> str:
        """A text that is not empty, without white space around it."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.complain(f"'{name}' must be a text. Does it hold a colon, a bracket or a brace? Put it in \"quotes\".")
            return ""
        value = str(self.node.value).strip()
        if not value or self.is_null():
            self.complain(f"'{name}' is empty: fill it in.")
            return ""
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or None where the file says `null`."""
        return None if self.is_null() else self.text(name) or None

    def day(self, name: str) -> date:
        """A date written as 2019-11-04."""
        value = self.text(name)
        try:
            return date.fromisoformat(value)
        except ValueError:
            if value:
                self.complain(f"'{name}' is '{value}': write a date as year-month-day, for example 2019-11-04.")
            return date(1970, 1, 1)


def read(path: Path, shown_as: str, problems: list[Problem]) -> Field | None:
    """Parse a YAML file.

    Args:
        path: the file.
        shown_as: how problems name the file.
        problems: problems are added to this list.

    Returns:
        The root of the file, or None when it cannot be parsed or is empty.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except UnicodeDecodeError:
        problems.append(Problem(shown_as, None, None, "is not UTF-8: save it with the encoding UTF-8."))
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        line = mark.line + 1 if mark else None
        problems.append(
            Problem(shown_as, line, None, f"not valid YAML ({what}): look at the quotes, colons and indentation here.")
        )
        return None
    if node is None:
        problems.append(Problem(shown_as, None, None, "is empty: fill it or remove it."))
        return None
    return Field(node, shown_as, problems)
