"""A training takes over what another learnt from exactly the same, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import joblib

from bot.nlu.intent_model import IntentModel
from bot.nlu.learnt import Learnt, building_on, digest_of, taken_over


def test_only_the_classifier_of_the_same_material_is_taken_over_and_only_within_the_block() -> None:
    model = IntentModel()
    earlier = Learnt({"nl": model, "en": IntentModel()}, made_from={"nl": digest_of(["een"], "greet")})
    same = digest_of(["een"], "greet")
    assert taken_over("nl", same) is None
    with building_on(earlier):
        assert taken_over("nl", same) is model
        assert taken_over("nl", digest_of(["twee"], "greet")) is None
        assert taken_over("en", same) is None
    assert taken_over("nl", same) is None


def test_what_an_earlier_version_stored_is_never_taken_over() -> None:
    old = Learnt({"nl": IntentModel()})
    del old.__dict__["made_from"]
    with building_on(old):
        assert taken_over("nl", digest_of()) is None


def test_order_and_language_count() -> None:
    assert digest_of(["a", "b"]) != digest_of(["b", "a"])
    assert digest_of({"x": 1, "y": 2}) == digest_of({"y": 2, "x": 1})


def test_what_is_stored_comes_back_and_the_same_is_stored_twice() -> None:
    texts, labels = ["dag", "hallo", "tot ziens", "doei"], ["greet", "greet", "bye", "bye"]
    learnt = Learnt({"nl": IntentModel().fit(texts, labels)}, default="nl", made_from={"nl": digest_of(texts)})
    first, second = io.BytesIO(), io.BytesIO()
    learnt.write(first)
    learnt.write(second)
    assert first.getvalue() == second.getvalue()
    first.seek(0)
    again = Learnt.read(first)
    assert (again.default, again.made_from) == ("nl", learnt.made_from)
    assert again.model("nl").understand("dag hoor") == learnt.model("nl").understand("dag hoor")


def test_what_an_earlier_version_stored_with_joblib_is_read(tmp_path: Path) -> None:
    for compress in (("zlib", 1), 0):
        joblib.dump(Learnt(default="nl"), tmp_path / "stored", compress=compress)
        with (tmp_path / "stored").open("rb") as file:
            assert Learnt.read(file).default == "nl"
