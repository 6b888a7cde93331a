"""Watching a running installation: logs as JSON lines without personal data, and figures for Prometheus."""
