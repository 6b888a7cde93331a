"""The real content, everything below data/, passes every check, and figures planted in it are found."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.knowledge import files
from bot.knowledge.checks import Limits, Material, check
from bot.knowledge.numbers import unsupported
from bot.knowledge.schema import Content


def test_the_real_content_passes_every_check(real_content: Content, data: Path) -> None:
    limits = Limits(today=datetime.now(UTC).date())
    findings = check(Material(real_content, files.load_documents(data), files.load_map(data), limits))
    assert [str(finding) for finding in findings if finding.severity == "error"] == []


def test_the_content_map_holds_the_fixed_topics(data: Path) -> None:
    entries = files.load_map(data)
    assert len(entries) == 87
    assert tuple(dict.fromkeys(entry.subject for entry in entries.values())) == files.SUBJECTS


def test_most_numbers_changed_in_real_answers_are_found_out(real_content: Content) -> None:
    """Not all can be: a changed number may be another one that the same passages hold."""
    caught = total = 0
    for topic in real_content.topics.values():
        passages = [real_content.passages[name] for name in topic.passages]
        evidence = [passage.text for passage in passages]
        for source in {passage.source for passage in passages}:
            evidence += [real_content.sources[source].title, real_content.sources[source].date or ""]
        for number in re.finditer(r"(?<![\w.])\d+(?![\w.)])", topic.answer["nl"]) if passages else ():
            before, after = topic.answer["nl"][: number.start()], topic.answer["nl"][number.end() :]
            changed = f"{before}{int(number.group()) * 2 + 3}{after}"
            total += 1
            caught += bool(unsupported(changed, evidence))
    assert total > 50
    assert caught / total > 0.9
