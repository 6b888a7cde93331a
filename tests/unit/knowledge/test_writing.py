"""Export: published content goes back into the files, and only the pieces that differ are touched."""

from __future__ import annotations

import difflib
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.knowledge import files, store
from bot.knowledge.schema import Content, Passage, Picture, Source, Text, Topic
from bot.knowledge.writing import block, differences, export
from tests.unit.knowledge.builders import topic


@pytest.fixture
def root(tmp_path: Path, data: Path) -> Path:
    """A copy of the real content files."""
    for folder in ("faq", "sources"):
        shutil.copytree(data / folder, tmp_path / "data" / folder)
    return tmp_path / "data"


def texts(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.yml"))}


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_an_export_after_an_import_changes_no_byte(root: Path, engine: Engine) -> None:
    before = texts(root)
    with session_scope(engine) as session:
        store.import_files(session, files.load(root), datetime(2026, 11, 20, tzinfo=UTC))
        assert export(store.published(session), root) == []
    assert texts(root) == before


def test_any_topic_can_be_rewritten_while_the_rest_of_its_file_stays(root: Path) -> None:
    content = files.load(root)
    before = texts(root)
    for name in content.topics:
        new = replace(content.topics[name], review_by=date(2031, 1, 2))
        content = replace(content, topics={**content.topics, name: new})
    export(content, root)
    assert files.load(root) == content
    for name, text in texts(root).items():
        kept = [line for line in before[name].splitlines() if line.lstrip().startswith("#")]
        assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == kept


def test_any_passage_and_source_can_be_rewritten_while_comments_stay(root: Path) -> None:
    content = files.load(root)
    before = texts(root)
    passages = {name: replace(passage, text=f"{passage.text} Einde.") for name, passage in content.passages.items()}
    sources = {name: replace(source, title=f"{source.title}!") for name, source in content.sources.items()}
    content = replace(content, passages=passages, sources=sources)
    export(content, root)
    assert files.load(root) == content
    for name, text in texts(root).items():
        kept = [line for line in before[name].splitlines() if line.lstrip().startswith("#")]
        assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == kept


def test_a_comment_after_a_folded_text_stays(tmp_path: Path, data: Path) -> None:
    shutil.copytree(data / "faq", tmp_path / "faq")
    shutil.copytree(data / "sources", tmp_path / "sources")
    path = tmp_path / "sources" / "zzz.yml"
    text = (
        "passages:\n  z-one:\n    source: z\n    text: >-\n      Een\n      tekst.\n\n  # Over de tweede.\n  z-two:\n"
    )
    path.write_text(f"{text}    source: z\n    text: |\n      Nog een.\n# Slot.\n", encoding="utf-8")
    content = files.load(tmp_path)
    changed = {name: Passage(name, "z", f"Nieuw {name}") for name in ("z-one", "z-two")}
    export(replace(content, passages={**content.passages, **changed}), tmp_path)
    expected = 'passages:\n  z-one:\n    source: z\n    text: "Nieuw z-one"\n\n  # Over de tweede.\n  z-two:\n'
    assert path.read_text(encoding="utf-8") == f'{expected}    source: z\n    text: "Nieuw z-two"\n# Slot.\n'


def test_only_the_changed_topic_is_touched(root: Path) -> None:
    content = files.load(root)
    before = texts(root)
    name = list(content.topics)[1]
    new = replace(content.topics[name], short={"nl": "Iets heel anders."})
    changed = export(replace(content, topics={**content.topics, name: new}), root)
    file = f"faq/{new.subject}.yml"
    assert [path.relative_to(root).as_posix() for path in changed] == [file]
    loaded = yaml.safe_load(texts(root)[file])["topics"]
    others = yaml.safe_load(before[file])["topics"]
    assert {key: value for key, value in loaded.items() if key != name} == {
        k: v for k, v in others.items() if k != name
    }
    neighbours = before[file].split(f"  {name}:\n")[0]
    assert texts(root)[file].startswith(neighbours)


def test_new_pieces_are_added_and_removed_ones_taken_out(root: Path) -> None:
    before = files.load(root)
    subject = before.subjects[0]
    gone = subject.topics[-1]
    new = topic("study_extra", subject=subject.id, passages=("study-extra",))
    topics = {key: value for key, value in before.topics.items() if key != gone} | {new.id: new}
    order = (*subject.topics[:-1], new.id)
    sources = {
        **before.sources,
        "extra": Source("extra", "Titel: met punt", "null", "2018", None, "qa.txt", "ram-ms-qa", "nb"),
    }
    passages = {**before.passages, "study-extra": Passage("study-extra", "extra", 'Een "citaat" # geen commentaar')}
    after = Content(
        (replace(subject, title={"nl": "Nieuwe: titel"}, topics=order), *before.subjects[1:]), topics, sources, passages
    )
    export(after, root)
    assert files.load(root) == after
    assert differences(files.load(root), after) == []


def test_a_file_is_made_for_a_new_subject(root: Path) -> None:
    before = files.load(root)
    subject = before.subjects[0]
    (root / "faq" / f"{subject.id}.yml").unlink()
    export(before, root)
    assert files.load(root) == before


def test_comments_between_topics_stay(root: Path) -> None:
    content = files.load(root)
    subject = content.subjects[0]
    path = root / "faq" / f"{subject.id}.yml"
    first, second = subject.topics[:2]
    text = path.read_text(encoding="utf-8").replace(f"\n  {second}:\n", f"\n\n  # Let op hier.\n  {second}:\n")
    path.write_text(text, encoding="utf-8")
    new = replace(content.topics[first], as_of=date(2020, 1, 1))
    export(replace(content, topics={**content.topics, first: new}), root)
    assert f"\n\n  # Let op hier.\n  {second}:\n" in path.read_text(encoding="utf-8")


_text = st.text(max_size=60).map(str.strip).filter(bool)
_texts = st.dictionaries(st.sampled_from(["nl", "en"]), _text, min_size=1)


@settings(max_examples=60)
@given(_texts, _texts, st.lists(_text, max_size=4), st.none() | st.builds(Picture, _text, _texts))
def test_a_topic_in_canonical_form_reads_back_the_same(
    answer: dict[str, str], short: dict[str, str], questions: list[str], picture: Picture | None
) -> None:
    written = topic("study_aim", answer=answer, short=short, questions={"nl": tuple(questions)}, picture=picture)
    loaded = yaml.safe_load("topics:\n" + block(written))["topics"]["study_aim"]
    assert {language: text.strip() for language, text in loaded["answer"].items()} == answer
    assert (loaded["short"], tuple(loaded["questions"]["nl"])) == (short, tuple(questions))
    assert (loaded["as_of"], loaded["follow_ups"]) == (written.as_of, list(written.follow_ups))
    assert loaded.get("picture") == (picture and {"name": picture.name, "description": picture.description})


def test_differences_name_what_was_added_changed_and_removed() -> None:
    def only(*topics: Topic) -> Content:
        return Content((), {one.id: one for one in topics}, {}, {})

    before = only(topic("study_aim"), topic("study_where"))
    after = only(topic("study_aim", short={"nl": "x"}), topic("study_groups"))
    found = [(d.name, d.before is None, d.after is None) for d in differences(before, after)]
    assert found == [("study_aim", False, False), ("study_where", False, True), ("study_groups", True, False)]


def test_other_words_for_fixed_texts_come_into_a_file_of_their_own_and_leave_it(root: Path) -> None:
    content = files.load(root)
    before = texts(root)
    words = {
        name: Text(name, variations)
        for name, variations in {
            "utter_goodbye": ('Tot ziens: "dag"!', "Dag.\n\nTot de volgende keer."),
            "trial.ram-ms.age.question.nl": ("Bent u 18 tot en met 50?",),
        }.items()
    }
    content = replace(content, texts=words)
    assert [path.name for path in export(content, root)] == ["texts.yml"]
    assert files.load(root) == content
    file = root / "texts.yml"
    file.write_text(f"# Afgesproken in november.\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    left = replace(content, texts={"utter_goodbye": words["utter_goodbye"]})
    export(left, root)
    assert files.load(root) == left
    assert file.read_text(encoding="utf-8").startswith("# Afgesproken")
    export(replace(content, texts={}), root)
    assert files.load(root).texts == {}
    assert {name: text for name, text in texts(root).items() if name != "texts.yml"} == before


COMMENTED = """\
subject: study
title: {nl: "De studie"}
topics:
  study_aim:
    # Wordt elk jaar gelezen door het studieteam.
    question: {nl: "Wat wordt er onderzocht?"}
    answer:
      nl: |
        Eerste zin.
      # Nog na te kijken door een vertaler.
      en: |
        First sentence.
    short: {nl: "Kort.", en: "Short."}  # op de knop
    passages: []
    as_of: 2019-11-04  # datum van de folder
    review_by: 2027-05-20
    follow_ups: [study_where, study_groups]
    questions:
      nl:
        # uit het spreekuur
        - "waar gaat het over"
        - 'wat is het doel'   # vaak gevraagd
        # van internet
        - "waarom dit onderzoek"
"""


@pytest.fixture
def commented(tmp_path: Path) -> Path:
    (tmp_path / "data" / "faq").mkdir(parents=True)
    (tmp_path / "data" / "faq" / "study.yml").write_text(COMMENTED, encoding="utf-8")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"as_of": date(2026, 1, 2)}, []),
        ({"short": {"nl": "Korter.", "en": "Short."}}, []),
        ({"answer": {"nl": "Andere zin.\n\nEn nog een.", "en": "First sentence."}}, []),
        ({"question": {"nl": 'Wat: "is" het?'}}, []),
        ({"questions": {"nl": ("een nieuwe", "waar gaat het over", "wat is het doel", "waarom dit onderzoek")}}, []),
        ({"questions": {"nl": ("waar gaat het over", "waarom dit onderzoek", "aan het eind")}}, ["# vaak gevraagd"]),
        ({"exceptions": {"long_sentence": "citaat"}}, []),
        ({"follow_ups": ("study_where",), "passages": ()}, []),
    ],
)
def test_comments_stay_in_a_topic_that_changes(commented: Path, changes: dict[str, object], gone: list[str]) -> None:
    content = files.load(commented)
    changed = replace(content.topics["study_aim"], **changes)  # type: ignore[arg-type]
    content = replace(content, topics={"study_aim": changed})
    export(content, commented)
    assert files.load(commented) == content
    text = (commented / "faq" / "study.yml").read_text(encoding="utf-8")
    comments = [line[line.index("#") :] for line in COMMENTED.splitlines() if "#" in line]
    assert len(comments) == 7
    assert [comment for comment in comments if comment not in text] == gone


def test_a_topic_that_changes_in_every_field_and_one_in_a_strange_form_are_written_whole(commented: Path) -> None:
    file = commented / "faq" / "study.yml"
    head, _, body = COMMENTED.partition("  study_aim:\n")
    file.write_text(
        f"{head}  study_aim: {{question: {{nl: a}}, answer: {{nl: b}}, short: {{nl: c}}, passages: [], "
        "as_of: 2019-11-04, review_by: 2027-05-20, follow_ups: [], questions: {nl: [d]}}\n",
        encoding="utf-8",
    )
    content = files.load(commented)
    content = replace(content, topics={"study_aim": replace(content.topics["study_aim"], short={"nl": "ander"})})
    export(content, commented)
    assert files.load(commented) == content
