"""How dates and addresses are written on the pages."""

from __future__ import annotations

from urllib.parse import urlsplit

_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()


def dutch_date(written: str) -> str:
    """`2019-11-04` as "4 november 2019", `2022-12` as "december 2022"; anything else unchanged."""
    parts = written.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in (2, 3) or not 1 <= int(parts[1]) <= 12:
        return written
    day = [str(int(parts[2]))] if len(parts) == 3 else []
    # Spaces that do not break: a date stays on one line.
    return "\N{NO-BREAK SPACE}".join([*day, _MONTHS[int(parts[1]) - 1], parts[0]])


def own_path(address: str) -> str:
    """The path of an address on this site, so that a link also works when the site is reached by another name."""
    return "/" + urlsplit(address).path.lstrip("/")
