"""Content files are read strictly: each mistake is named with its file, line and topic, all in one go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.files import ContentError, load, load_documents, load_map
from bot.knowledge.schema import Picture

SOURCES = """sources:
  qa:
    title: "Vragen en antwoorden"
    publisher: Een ziekenhuis
    date: 2019-11-04
    url: null
    document: qa.txt
"""
PASSAGES = """passages:
  study-stay:
    source: qa
    text: >-
      U wordt 2-3 dagen
      opgenomen
"""
TOPIC = """  study_aim:
    question: {nl: "Wat is het?"}
    answer:
      nl: |
        Dit is het.

        - En dit.
    short: {nl: "Dit."}
    passages: [study-stay]
    as_of: 2019-11-04
    review_by: 2027-05-20
    follow_ups: [study_where, study_groups]
    picture: {name: phases, description: {nl: "Vier fasen"}}
    exceptions: {readability: "namen"}
    questions:
      nl:
        - "wat is het"
        - 112 bellen?
"""
SUBJECT = 'subject: study\ntitle: {nl: "De studie"}\ntopics:\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "faq").mkdir()
    (tmp_path / "sources" / "documents").mkdir(parents=True)
    (tmp_path / "sources" / "documents" / "qa.txt").write_text("U wordt 2-3 dagen opgenomen", encoding="utf-8")
    (tmp_path / "sources" / "documents.yml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "sources" / "study.yml").write_text(PASSAGES, encoding="utf-8")
    (tmp_path / "faq" / "study.yml").write_text(SUBJECT + TOPIC, encoding="utf-8")
    return tmp_path


def problems(root: Path) -> list[str]:
    """What is wrong with the files, without the folder's own name."""
    with pytest.raises(ContentError) as error:
        load(root)
    return [str(problem).removeprefix(f"{root.name}/") for problem in error.value.problems]


def test_content_is_read_as_it_stands_in_the_files(root: Path) -> None:
    content = load(root)
    topic = content.topics["study_aim"]
    assert topic.answer == {"nl": "Dit is het.\n\n- En dit."}
    assert topic.questions == {"nl": ("wat is het", "112 bellen?")}
    assert (topic.as_of, topic.review_by) == (date(2019, 11, 4), date(2027, 5, 20))
    assert topic.picture == Picture("phases", {"nl": "Vier fasen"})
    assert topic.exceptions == {"readability": "namen"}
    assert content.passages["study-stay"].text == "U wordt 2-3 dagen opgenomen"
    assert (content.sources["qa"].date, content.sources["qa"].url) == ("2019-11-04", None)
    assert load_documents(root) == {"qa.txt": "U wordt 2-3 dagen opgenomen"}


def test_subjects_come_in_the_order_of_the_content_map(root: Path) -> None:
    for name in ("terms", "joining"):
        text = SUBJECT.replace("study", name) + TOPIC.replace("study_aim", f"{name}_x")
        (root / "faq" / f"{name}.yml").write_text(text, encoding="utf-8")
    assert [subject.id for subject in load(root).subjects] == ["study", "joining", "terms"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('    short: {nl: "Dit."}\n', "", "faq/study.yml:5: study_aim: 'short' is missing in the topic: add it."),
        (
            "    short:",
            "    shrt:",
            "faq/study.yml:11: study_aim: 'shrt' is not known in the topic: did you mean 'short'?",
        ),
        ("as_of: 2019-11-04", "as_of: 4 nov 2019", "faq/study.yml:13: study_aim: 'as_of' is '4 nov 2019'"),
        ("[study-stay]", "study-stay", "faq/study.yml:12: study_aim: 'passages' must be a list"),
        ('"wat is het"', "let op: dit", "faq/study.yml:20: study_aim: 'an item of questions in 'nl'' must be a text."),
        ('"wat is het"', '""', "faq/study.yml:20: study_aim: 'an item of questions in 'nl'' is empty"),
        ('{nl: "Dit."}', '{fr: "Dit."}', "faq/study.yml:11: study_aim: 'fr' under 'short' is not a language"),
        ("    as_of", "    short: {nl: x}\n    as_of", "faq/study.yml:13: study_aim: 'short' stands here twice"),
        ("subject: study", "subject: terms", "faq/study.yml:1: subject is 'terms' but the file is named study.yml"),
        ("  study_aim:", "  Study-aim:", "faq/study.yml:5: Study-aim: use small letters"),
        ("[study-stay]", "[study-stay", "faq/study.yml:13: not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_place(root: Path, old: str, new: str, expected: str) -> None:
    text = SUBJECT + TOPIC
    assert old in text
    (root / "faq" / "study.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(problem.startswith(expected) for problem in problems(root)), problems(root)


def test_all_mistakes_are_named_at_once(root: Path) -> None:
    (root / "faq" / "study.yml").write_text(SUBJECT + TOPIC.replace("2027-05-20", "later"), encoding="utf-8")
    (root / "sources" / "study.yml").write_text(PASSAGES.replace("source: qa", "bron: qa"), encoding="utf-8")
    assert len(problems(root)) == 3


def test_a_source_may_be_repeated_when_it_is_the_same(root: Path) -> None:
    (root / "sources" / "study.yml").write_text(SOURCES + PASSAGES, encoding="utf-8")
    assert list(load(root).sources) == ["qa"]
    (root / "sources" / "study.yml").write_text(SOURCES.replace("2019", "2020") + PASSAGES, encoding="utf-8")
    (problem,) = problems(root)
    assert problem.startswith("sources/study.yml:3: source 'qa' is described differently in")
    assert problem.endswith("sources/documents.yml:3: make them the same or remove one.")


def test_a_passage_or_topic_may_stand_in_one_place_only(root: Path) -> None:
    (root / "sources" / "terms.yml").write_text(PASSAGES, encoding="utf-8")
    (root / "faq" / "terms.yml").write_text(SUBJECT.replace("study", "terms") + TOPIC, encoding="utf-8")
    found = problems(root)
    assert [problem.split(":")[0] for problem in found] == ["sources/terms.yml", "faq/terms.yml"]


def test_an_empty_folder_and_an_empty_file_are_refused(root: Path) -> None:
    (root / "faq" / "study.yml").write_text("\n", encoding="utf-8")
    assert problems(root) == ["faq/study.yml: is empty: fill it or remove it."]
    (root / "faq" / "study.yml").unlink()
    assert "holds no *.yml files" in problems(root)[0]


def test_the_content_map_is_read_in_order(root: Path) -> None:
    text = (
        'study:\n  study_aim: {question: "Wat?", scope: "all"}\nterms:\n  edss: {scope: "scale", question: "EDSS?"}\n'
    )
    (root / "content-map.yml").write_text(text, encoding="utf-8")
    entries = load_map(root)
    assert [(entry.id, entry.subject, entry.question) for entry in entries.values()] == [
        ("study_aim", "study", "Wat?"),
        ("edss", "terms", "EDSS?"),
    ]
