"""Rasa custom actions: thin adapters that call bot.eligibility and bot.signups."""

from bot import settings
from bot.watching import endpoint

# The action server has no other moment of its own: it starts by loading this package.
endpoint.begin(settings.load())
