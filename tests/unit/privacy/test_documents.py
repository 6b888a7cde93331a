"""The privacy documents name every table that holds something about a person, and say that they are drafts."""

from __future__ import annotations

import re

import pytest

from bot.migrations import metadata
from bot.privacy.person import TRACKER
from bot.privacy.terms import KINDS
from bot.settings import PREFIX, ROOT, load

FOLDER = ROOT / "docs" / "privacy"
DOCUMENTS = sorted(FOLDER.glob("*.md"))


def test_the_record_of_processing_names_every_table_about_patients_and_no_other() -> None:
    text = (FOLDER / "verwerkingsregister.md").read_text(encoding="utf-8")
    named = {
        name for row in re.findall(r"^\| waar \| (.*) \|$", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    personal = {table for kind in KINDS if kind.about_patients or kind.id == "staff" for table in kind.tables}
    assert named == personal
    assert named <= {*metadata().tables, *TRACKER.tables}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_document_is_a_draft_for_the_hospitals_officer(document) -> None:  # type: ignore[no-untyped-def]
    beginning = document.read_text(encoding="utf-8")[:600]
    assert "Concept" in beginning
    assert "FG" in beginning


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_files_and_settings_in_the_documents_exist(document) -> None:  # type: ignore[no-untyped-def]
    text = document.read_text(encoding="utf-8")
    assert [link for link in re.findall(r"\]\(([^)]+)\)", text) if not (FOLDER / link).exists()] == []
    files = [name for name in re.findall(r"`((?:bot|tests|docs)/[\w./-]+)`", text) if not (ROOT / name).exists()]
    assert files == []
    settings = load({})
    for name in re.findall(rf"`{PREFIX}(\w+)`", text):
        assert hasattr(settings, name.lower())
