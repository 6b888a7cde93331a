"""What only training needs is loaded at its first use, and a chat process never gets there."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue.serve import OnDemand

_CHAT = """
import sys
from bot.dialogue.serve import LATER, STAND_INS, OnDemand
sys.meta_path.insert(0, OnDemand(LATER, STAND_INS))
import bot.dialogue.responses, bot.dialogue.rules, bot.dialogue.tracker_store, rasa.core.run
import bot.nlu.intent_classifier, bot.nlu.mention_extractor, bot.nlu.safety_net
from rasa.shared.utils.common import class_from_module_path
for module, name in STAND_INS.items():
    known = class_from_module_path(f"{module}.{name}")
    assert (known.__module__, known.__name__) == (module, name)
sys.exit("tensorflow" in sys.modules)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with a module that waits."""
    name = "package_for_test_serve"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "slow.py").write_text("import sys\nsys.loaded_slow = True\nanswer = 42\n", encoding="utf-8")
    (tmp_path / name / "user.py").write_text(f"import {name}.slow\ndef ask(): return {name}.slow.answer\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    component = (
        "import sys\nsys.loaded_slow = True\nclass Checks:\n    create = load = staticmethod(lambda text: text * 2)\n"
    )
    (tmp_path / name / "component.py").write_text(component, encoding="utf-8")
    waiting = OnDemand({f"{name}.slow"}, {f"{name}.component": "Checks"})
    monkeypatch.setattr(sys, "meta_path", [waiting, *sys.meta_path])
    monkeypatch.setattr(sys, "loaded_slow", False, raising=False)
    yield name
    for one in [one for one in sys.modules if one.startswith(name)]:
        del sys.modules[one]


def test_a_module_waits_for_its_first_use(package: str) -> None:
    user = importlib.import_module(f"{package}.user")
    importlib.import_module(f"{package}.slow")
    assert sys.loaded_slow is False  # type: ignore[attr-defined]
    assert user.ask() == 42
    assert sys.loaded_slow is True  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        _ = user.ask.__globals__[package].slow.missing


def test_a_name_can_be_taken_from_it(package: str) -> None:
    scope: dict[str, object] = {}
    exec(f"from {package}.slow import answer", scope)
    assert scope["answer"] == 42


def test_a_component_may_be_looked_at_before_it_is_made(package: str) -> None:
    module = importlib.import_module(f"{package}.component")
    known = module.Checks
    assert (known.__module__, known.__name__) == (f"{package}.component", "Checks")
    assert sys.loaded_slow is False  # type: ignore[attr-defined]
    assert known.create("a") == "aa"
    assert sys.loaded_slow is True  # type: ignore[attr-defined]
    assert known.load("b") == "bb"
    assert module.Checks is not known


def test_a_chat_process_does_without_tensorflow() -> None:
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", _CHAT], check=False).returncode == 0
