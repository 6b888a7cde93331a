"""The browser of the tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.patient_site import site

__all__ = ["browser", "site"]

# A busy machine is slow, not wrong: what a page should come to show may take this many milliseconds.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for all tests."""
    # The system's browser where there is one: Playwright's own would have to be downloaded.
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()
