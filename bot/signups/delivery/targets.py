"""The targets of an installation, from its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.eligibility.criteria import Trial
from bot.settings import Settings
from bot.signups.delivery import fhir, mail, redcap, webhook
from bot.signups.delivery.answers import Outcome
from bot.signups.delivery.content import Content
from bot.signups.delivery.smtp import Letter, Server
from bot.signups.delivery.states import Delivery, Kind
from bot.signups.delivery.transport import Answer, Request

NAMES = (webhook.NAME, fhir.NAME, redcap.NAME, mail.NAME)


class Target(Protocol):
    """Where sign-ups go. Knows its form and the meaning of its answers; sends nothing itself."""

    @property
    def name(self) -> str:
        """One of NAMES."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """The changes it is told of."""

    def request(self, content: Content, delivery: Delivery, now: datetime) -> Request | Letter:
        """What to send for a delivery.

        Raises:
            Unrenderable: when the content has no such form.
            NothingToTell: when this target need not hear of it.
        """

    def outcome(self, answer: Answer, content: Content) -> Outcome:
        """What the answer means."""


def names_of(settings: Settings) -> tuple[str, ...]:
    """The names of the targets that are set up."""
    addresses = (settings.webhook_url, settings.fhir_url, settings.redcap_url, settings.mail_url)
    return tuple(name for name, url in zip(NAMES, addresses, strict=True) if url)


def targets_of(settings: Settings, trial: Callable[[], Trial]) -> Mapping[str, Target]:
    """The targets that are set up, by name.

    Args:
        trial: gives the trial as it is now.
    """

    def trial_of(trial_id: str) -> Trial | None:
        found = trial()
        return found if found.id == trial_id else None

    every: tuple[Target, ...] = (
        webhook.Webhook(settings.webhook_url, settings.webhook_secret),
        fhir.Fhir(settings.fhir_url, settings.fhir_token, trial_of),
        redcap.RedCap(settings.redcap_url, settings.redcap_token),
        mail.Confirmation(
            Server(settings.mail_url, settings.mail_user, settings.mail_password), settings.mail_from, settings.site_url
        ),
    )
    wanted = names_of(settings)
    return {target.name: target for target in every if target.name in wanted}
