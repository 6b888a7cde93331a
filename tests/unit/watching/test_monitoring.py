"""The files for Prometheus and Grafana have the right shape, and the document tells every figure and alert."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from bot.settings import ROOT
from bot.watching import metrics

MONITORING = ROOT / "deploy" / "monitoring"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
DURATION = re.compile(r"(?:\d+[smhdwy])+")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    assert all(set(group) == {"name", "rules"} for group in groups)
    return [rule for group in groups for rule in group["rules"]]


def balanced(expression: str) -> bool:
    bare = re.sub(r'"[^"]*"', "", expression)
    return all(bare.count(one) == bare.count(other) for one, other in ("()", "[]", "{}"))


def figures() -> set[str]:
    """The names of all figures, as Prometheus has them."""
    found = set()
    for one in vars(metrics).values():
        if isinstance(one, Counter):
            found.add(f"{one._name}_total")
        elif isinstance(one, Gauge | Histogram):
            found.add(one._name)
    return found


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_has_what_prometheus_wants_and_tells_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"[A-Z]\w+", rule["alert"])
    assert balanced(rule["expr"])
    assert DURATION.fullmatch(rule.get("for", "0s"))
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert f"\n### {rule['alert']}\n" in OPERATIONS
    assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
    assert rule["annotations"]["summary"]


def test_what_must_be_watched_is() -> None:
    alerts = {rule["alert"] for rule in rules()}
    assert {
        "CrisisPathFailing",
        "DeliveriesStuck",
        "ErrorRate",
        "RefusalsRising",
        "ProcessDown",
        "BackupTooOld",
    } <= alerts


def test_the_dashboard_has_what_grafana_wants() -> None:
    board = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    assert board["title"] and board["schemaVersion"] >= 36
    places = set()
    for panel in board["panels"]:
        assert {"id", "title", "type", "gridPos", "targets", "datasource"} <= set(panel)
        box = panel["gridPos"]
        assert box["x"] >= 0 and box["x"] + box["w"] <= 24
        places.add((box["x"], box["y"]))
        assert all(balanced(target["expr"]) and target["refId"] for target in panel["targets"])
    assert len({panel["id"] for panel in board["panels"]}) == len(places) == len(board["panels"])


def test_every_figure_is_in_the_document() -> None:
    told = set(re.findall(r"`(stamcelwijzer_\w+)`", OPERATIONS))
    assert told == figures()
