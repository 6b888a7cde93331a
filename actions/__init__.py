"""Rasa custom actions: thin adapters that call bot.eligibility and bot.signups."""
