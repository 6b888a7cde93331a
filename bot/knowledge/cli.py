"""The `faq` commands: check, list, format, import, export and diff the content."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot import settings
from bot.knowledge import files
from bot.knowledge.checks import Finding, Limits, Material, check


@click.group()
def faq() -> None:
    """The answers and their sources."""


def _folder(data: Path | None) -> Path:
    return data or settings.load().content


_data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with faq/ and sources/; the setting STAMCELWIJZER_CONTENT when absent.",
)


def _load(root: Path) -> files.Content:
    try:
        return files.load(root)
    except files.ContentError as error:
        for problem in error.problems:
            click.echo(f"error    {problem}", err=True)
        raise click.ClickException(f"{len(error.problems)} problems in the files: correct them first.") from None


@faq.command("check")
@_data_option
@click.option("--subject", help="Report on this subject only, for example study.")
@click.option("--minimum-questions", default=Limits().minimum_questions, show_default=True, type=click.IntRange(1))
def check_command(data: Path | None, subject: str | None, minimum_questions: int) -> None:
    """Check that the content is complete, readable and true to its sources."""
    root = _folder(data)
    content = _load(root)
    topics = files.load_map(root)
    subjects = {entry.subject for entry in topics.values()}
    if subject is not None and subject not in subjects:
        raise click.BadParameter(f"choose from {', '.join(sorted(subjects))}.", param_hint="--subject")
    limits = Limits(minimum_questions=minimum_questions, today=datetime.now(UTC).date())
    findings = check(Material(content, files.load_documents(root), topics, limits))
    if subject is not None:
        findings = [finding for finding in findings if subject in _subjects(finding, content, topics)]
    errors = _print_findings(findings)
    count = sum(1 for topic in content.topics.values() if subject in (None, topic.subject))
    click.echo(f"{count} topics checked: {errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise SystemExit(1)


def _subjects(finding: Finding, content: files.Content, topics: dict[str, files.MapEntry]) -> set[str]:
    """The subjects a finding is about: the topic's own, or those that cite the passage or source."""
    name = finding.topic or ""
    if name in content.topics:
        return {content.topics[name].subject}
    if name in topics:
        return {topics[name].subject}
    passages = {passage.id for passage in content.passages.values() if name in (passage.id, passage.source)}
    citing = {topic.subject for topic in content.topics.values() if passages & set(topic.passages)}
    # A passage nobody cites is found back by its name, which starts with the subject.
    return citing or {subject.id for subject in content.subjects if name.replace("-", "_").startswith(subject.id)}


def _print_findings(findings: list[Finding]) -> int:
    """Print findings per topic; returns the number of errors."""
    shown: str | None = ""
    for finding in findings:
        if finding.topic != shown:
            shown = finding.topic
            click.echo(f"\n{shown or 'content'}")
        click.echo(f"  {finding.severity:<8} {finding.check}: {finding.message}")
    if findings:
        click.echo("")
    return sum(finding.severity == "error" for finding in findings)


if __name__ == "__main__":
    faq()
