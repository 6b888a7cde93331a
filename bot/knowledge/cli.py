"""The `faq` commands: check, list, import, export and diff the content."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import languages, migrations, settings
from bot.database import make_engine, session_scope
from bot.knowledge import files, fixed_texts, store, store_import, wording, writing
from bot.knowledge.checks import REFERENCES, Finding, Limits, Material, check
from bot.knowledge.schema import Content


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


def _load(root: Path) -> Content:
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
    limits = Limits(minimum_questions=minimum_questions, partial=languages.partial(), today=datetime.now(UTC).date())
    findings = [*check(Material(content, files.load_documents(root), topics, limits)), *_of_texts(content)]
    if subject is not None:
        findings = [finding for finding in findings if subject in _subjects(finding, content, topics)]
    errors = _print_findings(findings)
    count = sum(1 for topic in content.topics.values() if subject in (None, topic.subject))
    click.echo(f"{count} topics checked: {errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise SystemExit(1)


def _of_texts(content: Content) -> list[Finding]:
    known = wording.known()
    texts = content.texts.values()
    return [found for text in texts for found in fixed_texts.check(text, known, Limits(), content.passages)]


def _subjects(finding: Finding, content: Content, topics: Mapping[str, files.MapEntry]) -> set[str]:
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


@faq.command("list")
@_data_option
@click.option("--published", is_flag=True, help="What the database holds, instead of the files.")
def list_command(data: Path | None, published: bool) -> None:
    """List the topics with their question, dates and number of training questions."""
    content = _published() if published else _load(_folder(data))
    for subject in content.subjects:
        click.echo(f"\n{subject.id}: {subject.title.get('nl', '')}")
        for topic in (content.topics[name] for name in subject.topics):
            count = sum(len(questions) for questions in topic.questions.values())
            click.echo(
                f"  {topic.id:<26} {topic.as_of} review {topic.review_by} {count:>4}  {topic.question.get('nl', '')}"
            )


@faq.command("import")
@_data_option
@click.option("--force", is_flag=True, help="The files win: also from what was changed on the desk.")
@click.option("--keep-desk", is_flag=True, help="Where both changed, what is published stays; the rest comes in.")
def import_command(data: Path | None, force: bool, keep_desk: bool) -> None:
    """Load the files into the database. What was changed on the desk since is never overwritten without --force."""
    root = _folder(data)
    content = _load(root)
    findings = check(Material(content, files.load_documents(root), files.load_map(root)))
    broken = [finding for finding in findings if finding.check in REFERENCES and finding.severity == "error"]
    # Other words for what is said about danger, or asked before taking part, have no one to look at them again.
    broken += [finding for finding in _of_texts(content) if finding.severity == "error"]
    if _print_findings(broken):
        raise click.ClickException("The content refers to things that are not there: correct that first.")
    with _session() as session:
        if force or not store.revision(session):
            result = store.import_files(session, content, datetime.now(UTC), force=force)
        else:
            found = store_import.plan(session, content)
            _tell_of(found)
            if found.conflicts and not keep_desk:
                raise click.ClickException(
                    f"{len(found.conflicts)} pieces changed here and in the files: nothing was imported. Bring them "
                    "together in the files (see 'faq diff'), or choose --keep-desk or --force."
                )
            result = store_import.carry_out(session, found, content, "import", datetime.now(UTC))
    for name in result.withdrawn:
        click.echo(f"withdrawn {name}")
    if result.changed or result.withdrawn:
        click.echo(f"Published revision {result.revision}: {len(result.changed)} pieces new or changed.")
    else:
        click.echo(f"Nothing imported: the database holds revision {result.revision} already.")


def _tell_of(found: store_import.Plan) -> None:
    """Print what an import leaves as it is."""
    for kind, name in found.ahead:
        click.echo(f"newer on the desk: {kind}/{name}")
    for kind, name in found.conflicts:
        click.echo(f"changed in both:   {kind}/{name}", err=True)


@faq.command("export")
@_data_option
def export_command(data: Path | None) -> None:
    """Write the published content into the files; only pieces that differ are touched."""
    root = _folder(data)
    content = _published()
    try:
        changed = writing.export(content, root)
    except files.ContentError as error:
        raise click.ClickException(str(error)) from None
    with _session() as session:
        store.mark_in_files(session, content)
    for path in changed:
        click.echo(f"wrote {path}")
    click.echo(f"{len(changed)} files changed.")


@faq.command("diff")
@_data_option
def diff_command(data: Path | None) -> None:
    """Show where the published content differs from the files: - in the files, + published."""
    found = writing.differences(_load(_folder(data)), _published())
    for difference in found:
        before, after = (writing.block(piece) if piece else "" for piece in (difference.before, difference.after))
        name = f"{difference.kind} {difference.name}"
        lines = difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"files: {name}", f"published: {name}", "", "", 1, ""
        )
        click.echo("\n".join(lines))
    click.echo(f"{len(found)} pieces differ.")
    if found:
        raise SystemExit(1)


@contextmanager
def _session() -> Iterator[Session]:
    """A session on the database of the settings, migrated if need be, with a readable error when it cannot be used."""
    try:
        engine = make_engine(settings.load().database_url)
        migrations.upgrade(engine)
        with session_scope(engine) as session:
            yield session
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        advice = f"look at {settings.PREFIX}DATABASE_URL and at the rights on its folder"
        raise click.ClickException(f"The database cannot be used ({reason}): {advice}.") from None


def _published() -> Content:
    with _session() as session:
        content = store.published(session)
    if not content.topics:
        raise click.ClickException("The database holds no content yet: run 'stamcelwijzer faq import'.")
    return content


if __name__ == "__main__":
    faq()
