"""The published content, the trial and the safety rules, as far as the site itself needs them.

Problems are logged, never raised: without content the site still has to say something kind.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import yaml
from sqlalchemy.engine import Engine

from bot import languages
from bot.eligibility.criteria import Trial
from bot.eligibility.trial_file import TrialFileError
from bot.knowledge.cache import ContentUnavailable, PublishedContent
from bot.knowledge.fixed_texts import named
from bot.knowledge.schema import Content, Text, Topic
from bot.knowledge.search import search
from bot.nlu.safety_patterns import PatternError, SafetyPatterns
from bot.settings import ROOT, Settings
from bot.study.current import CurrentStudy

log = logging.getLogger(__name__)

_MOST_TOPICS = 3
# The same texts as the chat service uses: what to do in danger is written once.
_DOMAIN = ROOT / "bot" / "domain"


@dataclass(frozen=True)
class Alarm:
    """What to tell someone who may be in danger, and the language it is in."""

    text: str
    language: str


class Library:
    """Gives the present content and trial. What it remembers can be read again at any time."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        """Take the settings that say where things are, and the database with the content. Connects to nothing yet."""
        self._settings = settings
        self._published = PublishedContent(engine)
        self._study = CurrentStudy(settings.trial_file, engine, words=self._published.words)

    def content(self) -> Content | None:
        """The published content, or None when there is none."""
        try:
            return self._published.get()
        except ContentUnavailable as problem:
            log.error("%s", problem)
            return None

    def texts(self) -> Mapping[str, Text]:
        """The texts that editors published in other words, by name."""
        return self._published.texts()

    @property
    def revision(self) -> int:
        """The revision of the content that was given last."""
        return self._published.revision

    def find(self, message: str, language: str) -> list[Topic]:
        """Up to three topics that look most like a message, best first."""
        content = self.content()
        return [topic for topic, _ in search(content, message, language, _MOST_TOPICS)] if content else []

    def trial(self) -> Trial | None:
        """The trial with its present recruitment status, or None when its file cannot be used."""
        try:
            return self._study.trial()
        except TrialFileError:
            log.exception("the trial cannot be read")
            return None

    def recruitment(self, language: str) -> str:
        """Whether the trial takes participants, in words; empty when not known."""
        trial = self.trial()
        if trial is None:
            return ""
        words = trial.recruitment_text[trial.recruitment]
        return words.get(language) or words["nl"]

    def alarm(self, message: str, language: str) -> Alarm | None:
        """What to tell someone who may be in danger, or None when nothing in the message points to it.

        Args:
            message: what was said; it is looked at with the patterns of every language.
            language: in which to answer, unless the patterns of another one than Dutch tell in which it was said.
                Those for Dutch know some English.
        """
        for tongue, patterns in self._alarms.items():
            intent = patterns.alarm(message)
            if intent:
                return self._told(intent, language if tongue == languages.first() else tongue)
        return None

    @cached_property
    def _alarms(self) -> Mapping[str, SafetyPatterns]:
        found = {}
        # The first language comes last: its patterns say least about the language of a message.
        for language in (*languages.codes()[1:], languages.first()):
            file = languages.lexicon_of(self._settings.content / "lexicon", language) / "safety.yml"
            try:
                found[language] = SafetyPatterns.load(file)
            except PatternError:
                log.exception("danger is not recognised in one language while the chat service is down")
        return found

    def _told(self, intent: str, language: str) -> Alarm:
        """The text of an alarm, in the best language that has one."""
        told = {code: self._safety_texts.get(named(f"utter_{intent}", code), "") for code in languages.codes()}
        return Alarm(languages.in_language(told, language), languages.found_in(told, language))

    @cached_property
    def _safety_texts(self) -> Mapping[str, str]:
        found = {}
        files = [_DOMAIN / "safety.yml", *(_DOMAIN / code / "texts.yml" for code in languages.codes()[1:])]
        for file in files:
            responses = yaml.safe_load(file.read_text(encoding="utf-8"))["responses"]
            found.update({name: variants[0]["text"] for name, variants in responses.items()})
        return found
