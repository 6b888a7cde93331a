"""The worker's turn: deliver what is due. Everything it does is in the audit trail, the attempt before it is made."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.settings import Settings
from bot.signups import audit, mapping
from bot.signups.audit import Actor, Purpose
from bot.signups.delivery import backoff, queue
from bot.signups.delivery.answers import Outcome, again, give_up
from bot.signups.delivery.content import Content, ErasureNotice, WithdrawalNotice, content_of
from bot.signups.delivery.fhir import Unrenderable
from bot.signups.delivery.queue import Claim
from bot.signups.delivery.states import DeliveryState, Kind, NothingToTell, Problem
from bot.signups.delivery.targets import Target, targets_of
from bot.signups.delivery.transport import Failed
from bot.signups.tables import SignUpRow
from bot.study.current import CurrentStudy

log = logging.getLogger(__name__)
WORKER = Actor("worker", "system", "server")


def _real_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Sender:
    """Delivers to the targets of an installation.

    Attributes:
        attempts: how many a delivery gets before it waits for somebody to look at it.
        timeout: seconds, see `transport.post`.
    """

    engine: Engine
    targets: Mapping[str, Target]
    attempts: int
    timeout: float
    ca_file: Path | None = None
    clock: Callable[[], datetime] = _real_time

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: more than an attempt can take."""
        return timedelta(seconds=60 + 4 * self.timeout)

    def deliver_due(self, stop: Callable[[], bool] = lambda: False) -> str:
        """Deliver until nothing is due or somebody wants this to stop; tells what was done, in numbers.

        A target that fails gets no more attempts in this turn, so that the others need not wait for it.
        """
        done: Counter[str] = Counter()
        self._hand_out(stop)
        for target in self.targets.values():
            while not stop():
                state = self._deliver_one(target)
                if state is None:
                    break
                done[state.value] += 1
                if state is DeliveryState.WAITING:
                    break
        return ", ".join(f"{count} {state}" for state, count in sorted(done.items()))

    def _hand_out(self, stop: Callable[[], bool]) -> None:
        while not stop():
            with session_scope(self.engine) as session:
                if not queue.hand_out(session, {name: target.kinds for name, target in self.targets.items()}):
                    return

    def _deliver_one(self, target: Target) -> DeliveryState | None:
        with session_scope(self.engine) as session:
            claimed = queue.claim(session, target.name, self.clock(), self.lease)
            if claimed is None:
                return None
            # Before anything leaves: also a worker that dies now has left its trace.
            self._audit(session, "delivery.attempt", claimed, {"attempt": claimed.delivery.attempts})
        if claimed.delivery.attempts > self.attempts:
            return self._finish(claimed, give_up(claimed.delivery.problem or Problem.LOST), left=False)
        try:
            content = self._content(claimed)
            if content is None:
                return self._finish(claimed, Outcome(DeliveryState.CANCELLED), left=False)
            return self._send(target, claimed, content)
        except SQLAlchemyError:
            # Then the result cannot be noted either; the lease ends by itself.
            raise
        except Exception as error:
            # One that cannot be made ready must not hold up the others. The text of the error may be about a person.
            log.error("delivery %s to %s failed: %s", claimed.delivery.id, target.name, type(error).__name__)
            return self._finish(claimed, again(Problem.FAULT))

    def _content(self, claimed: Claim) -> Content | None:
        """What to deliver, as it is now; None when there is nothing that this target may or need be told."""
        delivery = claimed.delivery
        with session_scope(self.engine) as session:
            row: SignUpRow | None = session.get(SignUpRow, delivery.signup_id)
            if row is None:
                return None
            if delivery.kind is Kind.ERASED:
                return ErasureNotice(claimed.code, row.trial) if claimed.code else None
            if row.erased_at is not None:
                return None
            content = content_of(mapping.view_of(row))
        return None if isinstance(content, WithdrawalNotice) and not claimed.known else content

    def _send(self, target: Target, claimed: Claim, content: Content) -> DeliveryState:
        try:
            request = target.request(content, claimed.delivery, self.clock())
        except NothingToTell:
            return self._finish(claimed, Outcome(DeliveryState.CANCELLED), left=False)
        except Unrenderable:
            return self._finish(claimed, give_up(Problem.UNRENDERABLE), left=False)
        try:
            answer = request.send(self.timeout, self.ca_file)
        except Failed as failed:
            return self._finish(claimed, again(failed.problem))
        asked = backoff.asked_pause(answer.retry_after, self.clock())
        return self._finish(claimed, target.outcome(answer, content), answer.status, asked)

    def _finish(
        self,
        claimed: Claim,
        outcome: Outcome,
        status: int | None = None,
        asked: timedelta | None = None,
        left: bool = True,
    ) -> DeliveryState:
        now, delivery = self.clock(), claimed.delivery
        state, due_at = outcome.state, None
        if state is DeliveryState.WAITING and delivery.attempts >= self.attempts:
            state = DeliveryState.DEAD
        if state is DeliveryState.WAITING:
            due_at = now + backoff.pause(delivery.attempts, asked)
        with session_scope(self.engine) as session:
            kept = queue.finish(
                session, claimed, state, now, problem=outcome.problem, status=status, due_at=due_at, left=left
            )
            if outcome.state is DeliveryState.WAITING and asked:
                queue.put_off(session, delivery.target, now + min(asked, backoff.LONGEST_ASKED))
            told = {"problem": outcome.problem.value if outcome.problem else "", "status": status or ""}
            self._audit(session, f"delivery.{state.value}", claimed, {**told, "kept": int(kept)})
        if state is DeliveryState.DEAD:
            log.warning("delivery %s to %s is given up: %s", delivery.id, delivery.target, told["problem"])
        return state

    def _audit(self, session: Session, action: str, claimed: Claim, details: Mapping[str, str | int]) -> None:
        delivery = claimed.delivery
        told = {"delivery": delivery.id, "target": delivery.target, "kind": delivery.kind.value, **details}
        # Written out here: `service`, which names records the same way, needs the outbox of this package.
        subject = f"signup:{delivery.signup_id}"
        audit.record(session, WORKER, action, subject, Purpose.DELIVERY, self.clock(), told)


def sender_of(settings: Settings, engine: Engine) -> Sender:
    """The sender of an installation. Without targets it only empties the outbox."""
    return Sender(
        engine=engine,
        targets=targets_of(settings, CurrentStudy(settings.trial_file, engine).trial),
        attempts=settings.delivery_attempts,
        timeout=settings.delivery_timeout,
        ca_file=settings.delivery_ca_file,
    )
