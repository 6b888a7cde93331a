"""All texts that editors may say in other words: those of the assistant, the trial and the patient site."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot import settings
from bot.knowledge import fixed_texts, site_texts, trial_texts
from bot.knowledge.fixed_texts import FixedText
from bot.knowledge.schema import Text
from bot.settings import ROOT


@lru_cache(maxsize=1)
def known() -> Mapping[str, FixedText]:
    """The texts as they come with the program and the trial file, by name. Read once: they change with those only."""
    trial = trial_texts.load(settings.load().trial_file, ROOT / "data" / "lexicon")
    site = site_texts.load(ROOT / "bot" / "patient" / "texts.yml")
    return {**fixed_texts.load(ROOT / "bot" / "domain"), **trial, **site}


def words_of(texts: Mapping[str, Text]) -> Mapping[str, str]:
    """The words published for texts of which there is one variation, by name: those of a trial among them."""
    return {name: text.variations[0] for name, text in texts.items() if len(text.variations) == 1}
