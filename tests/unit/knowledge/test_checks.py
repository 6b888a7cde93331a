"""Every check is shown to fail on an error planted for it, and to leave sound content alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.knowledge.checks import Limits, check
from bot.knowledge.schema import Passage, Source
from tests.unit.knowledge.builders import content, errors, material, topic

LONG = "Deze zin is heel erg lang want er staan nu al heel wat korte woorden in dit ene deel van de tekst"
ENGLISH_HARD = "Immunomodulatory alternatives necessitate individualised multidisciplinary consideration."
HARD = (
    "Multidisciplinaire behandelingsmogelijkheden overwegende specialisten beargumenteren geneesmiddelenontwikkeling."
)


def test_sound_content_passes() -> None:
    assert [finding for finding in check(material()) if finding.check != "missing_topic"] == []


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("incomplete", {"answer": {"nl": " "}}),
        ("incomplete", {"short": {}}),
        ("incomplete", {"question": {}}),
        ("incomplete", {"passages": (), "answer": {"nl": "Dat is zo."}, "short": {"nl": "Dat is zo."}}),
        ("short_length", {"short": {"nl": "Dit is kort. " * 14}}),
        ("questions", {"questions": {"nl": tuple(f"vraag {n}" for n in range(14))}}),
        ("review_date", {"review_by": date(2019, 11, 4)}),
        ("follow_ups", {"follow_ups": ("study_groups", "no_such_topic")}),
        ("follow_ups", {"follow_ups": ("study_groups",)}),
        ("follow_ups", {"follow_ups": ("study_groups", "study_groups")}),
        ("follow_ups", {"follow_ups": ("study_groups", "study_aim")}),
        ("passages", {"passages": ("study-stay", "study-unknown")}),
        ("figures", {"answer": {"nl": "U bent hier vier dagen."}}),
        ("figures", {"answer": {"nl": "U bent hier 2 tot 3 weken."}}),
        ("figures", {"answer": {"nl": "De kans is 3%."}}),
        ("figures", {"answer": {"nl": "Dat staat er sinds december 2022."}}),
        ("figures", {"short": {"nl": "U krijgt 3 mg/kg."}}),
        ("figures", {"answer": {"nl": "Het heet nu CD43. Zo staat het in de brief."}}),
        ("long_sentence", {"answer": {"nl": LONG + "."}}),
        ("too_long_sentence", {"answer": {"nl": f"{LONG} en ook nog eens in dit andere."}}),
        ("readability", {"answer": {"nl": HARD}}),
        ("readability", {"answer": {"nl": "Zo is het.", "en": ENGLISH_HARD}}),
        ("link", {"answer": {"nl": "Kijk op [de site](htps://example.org)."}}),
        ("link", {"answer": {"nl": "Kijk op [de site] (https://example.org)."}}),
        ("link", {"answer": {"nl": "Kijk op [](https://example.org)."}}),
        ("link", {"answer": {"nl": "Kijk op [de site](https://example.org"}}),
        ("placeholder", {"answer": {"nl": "Nu geldt: {werving}"}}),
        ("placeholder", {"answer": {"nl": "Nu geldt: {recruitment"}}),
        ("content_map", {"subject": "joining"}),
        ("exception", {"exceptions": {"figures": "zo is het"}}),
    ],
)
def test_a_planted_error_is_found(expected: str, changes: dict[str, Any]) -> None:
    found = errors(topic("study_aim", **changes))
    assert {(finding.check, finding.topic) for finding in found} == {(expected, "study_aim")}


def test_a_topic_that_is_not_in_the_content_map_is_found() -> None:
    assert ("content_map", "study_other") in {(f.check, f.topic) for f in errors(topic("study_other"))}


def test_a_missing_topic_is_an_error_in_a_subject_that_was_begun() -> None:
    topics = dict(content().topics)
    del topics["study_where"]
    found = {
        (finding.topic, finding.severity)
        for finding in check(material(topics=topics))
        if finding.check == "missing_topic"
    }
    assert found == {("study_where", "error"), ("edss", "warning")}


def test_a_question_under_two_topics_is_found_whatever_its_case_accents_and_signs() -> None:
    questions = (*topic("study_aim").questions["nl"], "Één  vraag, over alles?")
    others = (*topic("study_where").questions["nl"], "een vraag over alles")
    found = errors(topic("study_aim", questions={"nl": questions}), topic("study_where", questions={"nl": others}))
    assert [(finding.check, finding.topic) for finding in found] == [("duplicate_question", "study_where")]
    assert "study_aim" in found[0].message


def test_a_question_twice_under_one_topic_is_found() -> None:
    questions = (*topic("study_aim").questions["nl"], "VRAAG 3 over study-aim!")
    found = errors(topic("study_aim", questions={"nl": questions}))
    assert [finding.check for finding in found] == ["duplicate_question"]


def test_a_title_may_be_repeated_among_the_questions_of_its_own_topic_only() -> None:
    title = topic("study_aim").question["nl"]
    own = topic("study_aim", questions={"nl": (*topic("study_aim").questions["nl"], title)})
    assert errors(own) == []
    other = topic("study_where", questions={"nl": (*topic("study_where").questions["nl"], title)})
    assert [finding.check for finding in errors(other)] == ["duplicate_question"]


@pytest.mark.parametrize(
    "text",
    [
        "drie tweedelijns MS-middelen.",
        "drie tweedelijns MS- middelen. U krijgt 50 mg/kg",
        "dagen opgenomen op de   afdeling hematologie",
        "De kans is 30%. • In totaal doen",
    ],
)
def test_a_passage_may_differ_from_its_document_in_layout(text: str) -> None:
    passages = {
        "study-stay": Passage("study-stay", "ram-ms-qa", "U wordt 2-3 dagen opgenomen op de afdeling hematologie.")
    }
    passages["study-other"] = Passage("study-other", "ram-ms-qa", text)
    assert errors(topic("study_aim", passages=("study-stay", "study-other")), passages=passages) == []


@pytest.mark.parametrize(
    "text",
    [
        "U wordt 23 dagen opgenomen",
        "U wordt 2-4 dagen opgenomen",
        "U word 2-3 dagen opgenomen",
        "0 mensen mee",
        "In totaal doen 10",
    ],
)
def test_a_passage_that_does_not_stand_in_its_document_is_found(text: str) -> None:
    changed = {"study-stay": Passage("study-stay", "ram-ms-qa", text)}
    found = [finding for finding in errors(passages=changed) if finding.check == "passage_text"]
    assert [finding.topic for finding in found] == ["study-stay"]


def test_a_missing_source_document_or_address_is_found() -> None:
    source = content().sources["ram-ms-qa"]
    assert {f.check for f in errors(sources={})} == {"passages"}
    assert {f.check for f in errors(sources={source.id: replace(source, document="weg.txt")})} == {"passages"}
    assert {f.check for f in errors(sources={source.id: replace(source, url="example.org")})} == {"link"}


def test_the_date_and_title_of_a_cited_source_support_a_figure_but_those_of_another_do_not() -> None:
    said = topic("study_aim", answer={"nl": "Dat zei het ziekenhuis op 4 november 2019, en ook in 2019."})
    assert errors(said) == []
    other = Source("later", "Bericht van 2022", "Een krant", "2022-12", None, "qa.txt")
    sources = {**content().sources, "later": other}
    said = topic("study_aim", answer={"nl": "Dat is zo sinds december 2022."})
    assert [finding.check for finding in errors(said, sources=sources)] == ["figures"]


def test_an_exception_with_a_reason_lets_a_long_sentence_pass_but_not_one_above_the_hard_bound() -> None:
    reason = {"long_sentence": "citaat uit het protocol"}
    assert errors(topic("study_aim", answer={"nl": LONG + "."}, exceptions=reason)) == []
    found = errors(topic("study_aim", answer={"nl": f"{LONG} en ook nog eens in dit andere."}, exceptions=reason))
    assert [finding.check for finding in found] == ["too_long_sentence"]


def test_an_exception_that_is_no_longer_needed_is_a_warning() -> None:
    findings = check(material(topic("study_aim", exceptions={"readability": "lijst met namen"})))
    assert [(f.check, f.severity) for f in findings if f.topic == "study_aim"] == [("exception", "warning")]


def test_a_follow_up_that_is_still_to_be_written_is_a_warning() -> None:
    findings = check(material(topic("study_aim", follow_ups=("study_where", "edss"))))
    assert [(f.check, f.severity) for f in findings if f.topic == "study_aim"] == [("follow_ups", "warning")]


def test_an_overdue_review_is_a_warning() -> None:
    findings = check(material(limits=Limits(today=date(2028, 1, 1))))
    assert {(f.check, f.severity) for f in findings if f.topic == "study_aim"} == {("review_date", "warning")}


def test_topics_about_the_assistant_itself_need_no_passages() -> None:
    own = topic("study_aim", subject="about", passages=(), answer={"nl": "Ik bewaar dit 30 dagen."})
    assert {finding.check for finding in errors(own)} == {"content_map"}


def test_a_second_language_is_asked_for_when_the_limits_name_it() -> None:
    found = check(material(limits=Limits(languages=("nl", "en"))))
    assert {f.check for f in found if f.topic == "study_aim"} == {"incomplete", "questions"}
