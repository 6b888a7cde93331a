"""Delivery of sign-ups to the hospital's own systems: outbox, queue, targets and the worker's turn."""
