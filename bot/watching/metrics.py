"""Every figure that the processes give to Prometheus. None has a label that could name a person.

Counters that alerts look at exist from the start with value 0, so that the first event is seen as a rise.
"""

from __future__ import annotations

from functools import lru_cache

import yaml
from prometheus_client import Counter, Gauge, Histogram

from bot.settings import ROOT

REQUESTS = Counter(
    "stamcelwijzer_requests", "Requests by site, pattern of the address and status", ["site", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "stamcelwijzer_request_seconds",
    "Time a request took",
    ["site", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
TURNS = Counter("stamcelwijzer_turns", "Messages of patients by the kind of the first answer", ["kind"])
ALARMS = Counter(
    "stamcelwijzer_alarms", "Messages in which danger was recognised, by whether the answer was help", ["outcome"]
)
FALLBACKS = Counter("stamcelwijzer_chat_fallbacks", "Messages that the site answered itself because Rasa did not")
SIGNUPS = Counter("stamcelwijzer_signups", "Intake forms that were stored")
SIGNUPS_LOST = Counter("stamcelwijzer_signups_not_stored", "Correct intake forms that could not be stored")
SAVES = Counter("stamcelwijzer_conversation_saves", "Conversations stored by Rasa")
SAVE_SECONDS = Histogram("stamcelwijzer_conversation_save_seconds", "Time Rasa took to store a conversation")
VERDICTS = Counter("stamcelwijzer_verdicts", "Outcomes of the pre-screen in the chat", ["verdict"])
ACTIONS = Counter("stamcelwijzer_actions", "Actions that the action server ran, by outcome", ["action", "outcome"])
ACTION_SECONDS = Histogram("stamcelwijzer_action_seconds", "Time an action took", ["action"])
JOBS = Counter("stamcelwijzer_jobs", "Turns of the worker's jobs", ["task", "outcome"])
JOB_SUCCESS = Gauge("stamcelwijzer_job_success_timestamp_seconds", "Last time a job of the worker succeeded", ["task"])
DELIVERIES_DEAD = Gauge("stamcelwijzer_deliveries_dead", "Deliveries to hospital systems that were given up")
DELIVERIES_LATE = Gauge("stamcelwijzer_deliveries_late", "Deliveries to hospital systems that wait for too long")
BACKUP = Gauge("stamcelwijzer_backup_timestamp_seconds", "When the newest back-up was made; 0 when there is none")
INFO = Gauge(
    "stamcelwijzer_info",
    "Version of the program and of the trained model",
    ["version", "model"],
    multiprocess_mode="max",
)

ANSWERED, MISSED = "answered", "missed"
DONE, FAILED = "done", "failed"
_KINDS = ("answer", "question", "clarify", "verdict", "safety", "handover", "refusal", "smalltalk")


def begin() -> None:
    """Let the counters that alerts look at exist with value 0."""
    for kind in _KINDS:
        TURNS.labels(kind)
    for outcome in (ANSWERED, MISSED):
        ALARMS.labels(outcome)


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the program."""
    card = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return str(card["softwareVersion"])
