"""How addresses are written on the pages."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(address: str) -> str:
    """The path of an address on this site, so that a link also works when the site is reached by another name."""
    return "/" + urlsplit(address).path.lstrip("/")
