"""The documents tell the truth: settings, commands, paths, fields and tables they name are those of the code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml

from bot import settings as project_settings
from bot.cli import main
from bot.patient.messages import KINDS, OUTCOMES, VERDICTS, BotMessage
from bot.settings import PREFIX, ROOT

ARCHITECTURE = ROOT / "docs" / "architecture.md"
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# A folder may be named without the one it is in.
TOPS = [ROOT, ROOT / "bot", ROOT / "data", ROOT / "tests"]
SETTING_ROW = re.compile(rf"^\| `{PREFIX}(\w+)` \| (?:`([^`]*)`|-) \|", re.MULTILINE)
ASVS_ROW = re.compile(r"^\| ([\d., ]+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
CODE = re.compile(r"^ {4}(.+)$|`([^`\n]+)`", re.MULTILINE)


class Reads(Mapping[str, str]):
    """An empty environment that remembers which variables were asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name.removeprefix(PREFIX))
        raise KeyError(name)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(())

    def __len__(self) -> int:
        return 0


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def code_in(document: Path) -> list[str]:
    """Everything that stands as code in a document: spans and lines of blocks, without comments."""
    found = CODE.findall(document.read_text(encoding="utf-8"))
    return [(block or span).split("  #")[0].strip() for block, span in found]


def test_every_setting_is_documented_with_its_default() -> None:
    environment = Reads()
    settings = project_settings.load(environment)
    told = dict(SETTING_ROW.findall(ARCHITECTURE.read_text(encoding="utf-8")))
    assert set(told) == environment.names
    for name, default in told.items():
        if name == "KEYS":
            continue  # Keys have no default, and this machine's own may be in var/keys.
        value = getattr(settings, name.removesuffix("_SECONDS").lower())
        plain = f"{value:g}" if isinstance(value, float) else str(value)
        plain = {"False": "no", "True": "yes", "None": "", "()": ""}.get(plain, plain.replace(f"{ROOT}/", ""))
        assert default == plain, name


def test_the_settings_table_has_a_row_for_each_field() -> None:
    told = {name.removesuffix("_SECONDS").lower() for name, _ in SETTING_ROW.findall(ARCHITECTURE.read_text("utf-8"))}
    assert told == {field.name for field in fields(project_settings.Settings)}


def test_every_part_and_every_database_revision_is_told() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    parts = {path.parent.name for path in (ROOT / "bot").glob("*/*.*") if path.suffix in (".py", ".yml")}
    assert {f"`bot/{name}/`" for name in parts} <= set(
        re.findall(r"`bot/\w+/`", section(text, "Parts and who may import whom"))
    )
    revisions = sorted(path.stem for path in (ROOT / "bot" / "migrations" / "versions").glob("0*.py"))
    assert " -> ".join(f"`{name}`" for name in revisions) in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_exists_with_its_options(document: Path) -> None:
    for code in code_in(document):
        words = code.removeprefix(".venv/bin/").split()
        if words[:1] == ["stamcelwijzer"]:
            check_command(words[1:], code)
        elif words[:1] == ["make"] and len(words) > 1:
            assert re.search(rf"^{re.escape(words[1])}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), code


def check_command(words: list[str], code: str) -> None:
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words.pop(0))
        assert found is not None, code
        command = found
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known, code


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_link_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [one or other for one, other in re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", text)]
    own = [link.partition("#") for link in links if "://" not in link]
    assert [f"{path}#{anchor}" for path, _, anchor in own if not is_there(document.parent / path, anchor)] == []
    # What is made while running is not there in a fresh checkout.
    made = ("var/", "models/", ".venv/", ".tools/")
    named = [code for code in code_in(document) if re.fullmatch(r"\.?[a-z]+/[\w./-]*", code)]
    missing = [code for code in named if not code.startswith(made) and not any((top / code).exists() for top in TOPS)]
    assert named or own  # or this would look for nothing
    assert missing == []


def is_there(file: Path, anchor: str) -> bool:
    """Whether a file exists and, when an anchor is named, has a chapter of that name."""
    if not file.exists():
        return False
    titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
    return not anchor or anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_tells_every_field_and_value_of_the_chat_contract() -> None:
    text = section(README.read_text(encoding="utf-8"), "`POST /api/chat`")
    told = set(re.findall(r"`(\w+)`", text))
    assert {field.name for field in fields(BotMessage)} <= told
    assert {*KINDS, *VERDICTS, *OUTCOMES} <= told


def test_pictures_stay_small() -> None:
    pictures = list((ROOT / "docs" / "pictures").glob("*.png"))
    assert len(pictures) >= 2
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_publiccode_has_what_its_standard_asks() -> None:
    card = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    needed = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"}
    assert needed | {"legal", "maintenance", "localisation"} <= set(card)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{card["softwareVersion"]}"' in project
    assert f'license = {{ text = "{card["legal"]["license"]}" }}' in project
    for words in card["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]


def test_every_point_of_the_standard_for_security_has_one_state_and_they_are_counted_right() -> None:
    rows = ASVS_ROW.findall((ROOT / "docs" / "asvs.md").read_text(encoding="utf-8"))
    states = [(point, state) for points, state, _ in rows for point in points.split(", ")]
    assert len(states) == len(dict(states)) == 253
    count = Counter(state for _, state in states)
    assert set(count) == {"met", "partly", "no", "hospital", "n/a"}
    told = section((ROOT / "docs" / "security.md").read_text(encoding="utf-8"), "ASVS 4.0.3, level 2")
    words = "{met} are met, {partly} partly, {no} are open, {hospital} are the hospital's, and {n/a} are about"
    assert words.format_map(count) in " ".join(told.split())
