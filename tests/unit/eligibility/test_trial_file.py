"""The trial file: the one we ship is sound, and a broken one says what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.eligibility.criteria import Outcome, Recruitment
from bot.eligibility.trial_file import TrialFileError, load_trial

SHIPPED = Path("data/trials/ram-ms.yml")


def test_the_shipped_trial_asks_the_eight_questions_in_order() -> None:
    trial = load_trial(SHIPPED)
    assert trial.criterion_ids == (
        "ms_type", "medication", "recent_activity", "second_line", "age", "walking", "randomisation", "test_results",
    )  # fmt: skip
    assert trial.recruitment is Recruitment.OPEN
    assert all("juni 2025" in text["nl"] for text in trial.recruitment_text.values())


@pytest.mark.parametrize("criterion", load_trial(SHIPPED).criteria, ids=lambda criterion: criterion.id)
def test_every_question_can_be_answered_with_yes_no_and_do_not_know(criterion) -> None:  # type: ignore[no-untyped-def]
    reversed_question = criterion.id == "second_line"
    assert criterion.option(criterion.plain_yes).outcome is (Outcome.NOT_MET if reversed_question else Outcome.MET)
    assert criterion.option(criterion.plain_no).outcome is (Outcome.MET if reversed_question else Outcome.NOT_MET)
    assert criterion.options[-1].label["nl"] == "Weet ik niet"
    assert criterion.way_on["nl"]
    assert len(criterion.question["nl"].split()) <= 25


def test_the_passages_occur_literally_in_their_documents() -> None:
    sources = yaml.safe_load(Path("data/sources/documents.yml").read_text(encoding="utf-8"))["sources"]
    passages = yaml.safe_load(Path("data/sources/prescreen.yml").read_text(encoding="utf-8"))["passages"]
    for name, passage in passages.items():
        document = Path("data/sources/documents") / sources[passage["source"]]["document"]
        text = " ".join(document.read_text(encoding="utf-8").split())
        assert " ".join(passage["text"].split()) in text, name
    for criterion in load_trial(SHIPPED).criteria:
        assert passages[criterion.passage]["source"] == criterion.source


BREAKAGES = {
    "no criteria": (lambda raw: raw.pop("criteria"), "the file has no criteria"),
    "bad status": (lambda raw: raw["recruitment"].update(status="maybe"), "Use one of: open, waiting_list, closed"),
    "no text for closed": (lambda raw: raw["recruitment"]["text"].pop("closed"), "recruitment.text has no closed"),
    "twice the same": (lambda raw: raw["criteria"].append(raw["criteria"][0]), "criterion ms_type occurs twice"),
    "no unknown": (lambda raw: raw["criteria"][4]["options"].pop(), "the last option of age is not unknown"),
    "bad outcome": (lambda raw: raw["criteria"][4]["options"][0].update(outcome="ja"), "Use one of: met, not_met"),
    "yes without quotes": (lambda raw: raw["criteria"][4]["options"][0].update(id=True), "Put quotes around yes"),
    "no Dutch": (lambda raw: raw["criteria"][0].update(question={"en": "RRMS?"}), "ms_type.question has no Dutch"),
    "no explanation": (lambda raw: raw["criteria"][0]["explanation"].pop("met"), "ms_type.explanation has no met"),
    "plain yes": (lambda raw: raw["criteria"][0].update(plain_yes="ja"), "Set plain_yes to one of"),
    "limit": (lambda raw: raw["criteria"][4].update(limits={"max": "fifty"}), "Write a whole number"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_file_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    breakage, message = BREAKAGES[name]
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    breakage(raw)
    broken = tmp_path / "broken.yml"
    broken.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(TrialFileError) as caught:
        load_trial(broken)
    assert message in str(caught.value)
    assert "broken.yml" in str(caught.value)


def test_a_missing_file_and_no_yaml_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrialFileError, match=r"nothing\.yml: the file cannot be read"):
        load_trial(tmp_path / "nothing.yml")
    broken = tmp_path / "broken.yml"
    broken.write_text("id: [unclosed\nname: x", encoding="utf-8")
    with pytest.raises(TrialFileError, match="not valid YAML near line"):
        load_trial(broken)
