"""Plots as SVG, drawn on the server. A plot never stands alone: the page has the same numbers in a table.

The colours are those of CSS variables inside the picture, light and dark; text stays text in the reader's own font.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.signups.forecast import Wait

# What matplotlib draws with, and what a browser shows instead: ink, lines of the grid, the drawn thing.
_COLOURS = {"#010101": "var(--ink)", "#020202": "var(--grid)", "#030303": "var(--mark)"}
_INK, _GRID, _MARK = _COLOURS
_STYLE = (
    "<style>svg{--ink:#1e2a30;--grid:#d3dade;--mark:#1f4f6b}"
    "@media (prefers-color-scheme:dark){svg{--ink:#e9eef0;--grid:#35434b;--mark:#9cc9e2}}</style>"
)
_SETTINGS = {
    "svg.fonttype": "none",
    # Fixed names inside the picture: the same numbers give the same bytes.
    "svg.hashsalt": "stamcelwijzer",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _GRID,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _GRID,
    # The page shows through, so that light and dark both fit.
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def waits(found: Sequence[Wait], title: str, description: str, across: str, up: str) -> str:
    """The expected wait at each place in the queue with its interval; places about which nothing is known stay empty.

    Args:
        found: one for each place.
        title: short name of the picture, for who cannot see it.
        description: what there is to see.
        across: what the horizontal axis counts.
        up: what the vertical axis counts.
    """
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(7, 3.6), layout="constrained")
        axes = figure.add_subplot()
        top = max((wait.high or wait.median or 0.0 for wait in found), default=0.0) * 1.1 or 1.0
        for wait in found:
            if wait.median is not None and wait.low is not None:
                axes.vlines(wait.place, wait.low, wait.high or top, color=_MARK, linewidth=2.5)
                axes.plot([wait.place], [wait.median], color=_MARK, marker="o", markersize=7)
        axes.set(xlabel=across, ylabel=up, xlim=(0.5, max(len(found), 1) + 0.5), ylim=(0, top))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        return _svg(figure, title, description)


def bars(
    names: Sequence[str], sizes: Sequence[float | None], labels: Sequence[str], title: str, description: str
) -> str:
    """Horizontal bars, one for each name; a size of None, masked or not known, has no bar.

    Args:
        names: what each bar is about, first on top.
        sizes: how long it is.
        labels: what stands beside it.
        title: short name of the picture, for who cannot see it.
        description: what there is to see.
    """
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(7, 0.7 + 0.42 * max(len(names), 1)), layout="constrained")
        axes = figure.add_subplot()
        rows = range(len(names))
        drawn = axes.barh(rows, [size or 0 for size in sizes], color=_MARK)
        axes.bar_label(drawn, labels, padding=4, color=_INK)
        axes.set_yticks(list(rows), list(names))
        axes.invert_yaxis()
        axes.set_xlim(0, max([size or 0 for size in sizes] + [5]) * 1.15)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        return _svg(figure, title, description)


def _svg(figure: Figure, title: str, description: str) -> str:
    drawn = io.StringIO()
    # Without a date the picture changes only when the numbers do.
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = drawn.getvalue()
    begin = svg.index("<svg ")
    head_end = svg.index(">", begin)
    head = svg[begin:head_end] + ' role="img" aria-labelledby="title desc">'
    told = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
    body = svg[head_end + 1 :]
    for drawn_with, shown in _COLOURS.items():
        body = body.replace(drawn_with, shown)
    return head + told + _STYLE + body
