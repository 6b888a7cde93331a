"""A running installation, watched: figures of every process, alerts that name them, logs without people."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.operations.processes import all_processes
from bot.settings import ROOT
from bot.signups.handover import Handover, make_token
from bot.watching import endpoint
from bot.watching.logs import entry_of
from tests.conversations.patient import Patient
from tests.running import Stack
from tests.unit.patient.site import ANSWERS, DETAILS

MONITORING = ROOT / "deploy" / "monitoring"
NAME = re.compile(r"\b(?:stamcelwijzer|process)_\w+")


def figures(stack: Stack, process: str) -> dict[str, float]:
    """Every figure of a process, by name with labels."""
    port = endpoint.port_of(stack.settings, process)
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    return {
        f"{one.name}{json.dumps(one.labels, sort_keys=True)}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def names(found: dict[str, float]) -> set[str]:
    return {name.partition("{")[0] for name in found}


def value(found: dict[str, float], name: str, **labels: str) -> float:
    return found.get(f"{name}{json.dumps(labels, sort_keys=True)}", 0.0)


def form(session: requests.Session, address: str, **fields: str) -> requests.Response:
    """Load a page and send its form."""
    page = session.get(address, timeout=30).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return session.post(address, data={"csrf_token": token[1] if token else "", **fields}, timeout=30)


@pytest.fixture(scope="module")
def used(stack: Stack) -> list[str]:
    """An installation that was used with personal data in every input; gives what may be in no log."""
    word, phone, mail, bsn = f"Zwaluw{uuid4().hex}", "0687654329", f"{uuid4().hex}@example.org", "270590791"
    typed = f"{word} {phone} {mail} {bsn}"
    patient = Patient(stack.site)
    patient.say(f"Wat is stamceltherapie? Ik ben {typed}")
    patient.say("ik wil niet meer leven")
    Patient(stack.site).say("Waar is het onderzoek?")
    screened = Patient(stack.site)
    screened.say("/start_prescreen")
    screened.says('/answer{"ms_type": "spms"}', f"{word} weet ik niet", "/stop")
    session = requests.Session()
    form(session, f"{stack.site}/", message=typed)
    session.post(f"{stack.site}/bericht", data={"message": typed}, timeout=30)
    form(session, f"{stack.site}/mijn-aanmelding", code=typed, date_of_birth=typed)
    session.post(f"{stack.site}/vragen", data={"zoek": typed}, timeout=30)
    session.get(f"{stack.site}/{word}?q={mail}", headers={"User-Agent": word, "Referer": f"https://{mail}"}, timeout=30)
    session.post(f"{stack.site}/api/chat", data=f"{{{typed}", timeout=30)
    form(session, f"{stack.desk}/inloggen", name=word, password=typed)
    now = datetime.now(UTC)
    handover = Handover(uuid4().hex, "ram-ms", ANSWERS, "nl", None, now)
    address = f"{stack.site}/aanmelden/{make_token(stack.settings.keys, handover)}"
    filled = {**DETAILS, "name": word, "phone": phone, "email": mail, "neurologist": typed}
    form(session, address, **{**filled, "date_of_birth": typed})
    assert form(session, address, **filled).status_code == 200
    # Rasa itself, with a message that no site would pass on.
    chat = f"{stack.settings.chat_url}/webhooks/rest/webhook"
    for message in (typed, f"/{word}", f'/ask_topic{{"topic": "{word}"}}', f"/ask_topic{{{word}"):
        requests.post(chat, json={"sender": f"watch-{uuid4().hex}", "message": message}, timeout=60)
    actions = f"{stack.settings.actions_url}/webhook"
    requests.post(actions, json={"next_action": word, "tracker": {"x": typed}}, timeout=30)
    requests.post(actions, data=typed, timeout=30)
    going_on = {
        "next_action": "action_prescreen_go_on",
        "tracker": {"sender_id": "watch", "slots": {}, "events": [], "latest_message": {}},
    }
    assert requests.post(actions, json=going_on, timeout=30).status_code == 200
    return [word, phone, "+31687654329", mail, bsn]


def test_no_log_holds_anything_of_a_person(stack: Stack, used: list[str]) -> None:
    files = [stack.output, *(stack.settings.var / "log").iterdir()]
    # That of one piece of work may be empty: asking the live model may begin at any moment and has nothing to tell.
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    assert texts[stack.output.name]
    assert texts["processes.log"]
    for name, text in texts.items():
        assert [word for word in used if word in text] == [], name


def test_the_log_is_json_lines(stack: Stack, used: list[str]) -> None:
    lines = (stack.settings.var / "log" / "processes.log").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if entry_of(line) is None] == []


def test_every_process_tells_its_figures_on_a_port_of_its_own(stack: Stack, used: list[str]) -> None:
    for process in all_processes(stack.settings):
        found = figures(stack, process)
        assert "stamcelwijzer_info" in names(found), process
        assert "process_resident_memory_bytes" in names(found), process
        assert [name for name in found if any(word in name for word in used)] == []
    for site in (stack.site, stack.desk):
        assert requests.get(f"{site}/metrics", timeout=10, allow_redirects=False).status_code in (302, 303, 404)


def test_the_figures_count_what_happened(stack: Stack, used: list[str]) -> None:
    site = figures(stack, "site")
    assert value(site, "stamcelwijzer_turns_total", kind="safety") >= 1
    assert value(site, "stamcelwijzer_turns_total", kind="answer") >= 1
    assert value(site, "stamcelwijzer_alarms_total", outcome="answered") >= 1
    assert value(site, "stamcelwijzer_alarms_total", outcome="missed") == 0
    assert value(site, "stamcelwijzer_signups_total") >= 1
    assert value(site, "stamcelwijzer_requests_total", site="patients", route="/aanmelden/<token>", status="303") >= 1
    assert value(site, "stamcelwijzer_requests_total", site="patients", route="none", status="404") >= 1
    assert value(figures(stack, "chat"), "stamcelwijzer_conversation_saves_total") >= 3
    actions = figures(stack, "actions")
    assert value(actions, "stamcelwijzer_actions_total", action="action_prescreen_go_on", outcome="done") >= 1
    assert value(actions, "stamcelwijzer_action_seconds_count", action="action_prescreen_go_on") >= 1
    before = value(site, "stamcelwijzer_turns_total", kind="answer")
    for _ in range(6):
        # Whichever worker answers: they count together.
        Patient(stack.site).say("Waar is het onderzoek?")
    assert value(figures(stack, "site"), "stamcelwijzer_turns_total", kind="answer") == before + 6


def test_alerts_and_dashboard_name_only_figures_that_exist(stack: Stack, used: list[str]) -> None:
    known = {name for process in all_processes(stack.settings) for name in names(figures(stack, process))}
    for file in ("alerts.yml", "dashboard.json"):
        named = set(NAME.findall((MONITORING / file).read_text(encoding="utf-8")))
        assert len(named) >= 8
        assert named - known == set(), file


def test_the_places_to_scrape_are_those_of_the_processes(stack: Stack) -> None:
    scrape = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"][0]
    told = {one["labels"]["process"]: int(one["targets"][0].split(":")[1]) for one in scrape["static_configs"]}
    base = stack.settings.metrics_port
    assert told == {name: endpoint.port_of(stack.settings, name) - base + 9460 for name in told}  # type: ignore[operator]
    assert set(told) == {name for name in all_processes(stack.settings) if "-" not in name}
