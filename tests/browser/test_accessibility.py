"""The patient site with the keyboard only: each stop shows itself and nothing hides it."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import tab_to
from tests.browser.pages import opened
from tests.running import Stack

# Of every element that can have the focus: whether one sees that it has it, and sees it at all.
FOCUS = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (element === document.body) { return null; }
    const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) =>
        document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
    return {
        name: element.outerHTML.slice(0, 120),
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: points.some(at => at && (element.contains(at) || at.contains(element) && at.matches("label, .check"))),
    };
}"""


def test_the_keyboard_alone_is_enough_and_shows_where_it_is(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site, viewport={"width": 390, "height": 700}, reduced_motion="reduce") as page:
        tab_to(page, page.get_by_label("Uw vraag of antwoord"))
        page.keyboard.type("Kan ik meedoen aan de studie?")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(page.locator("#nieuw")).to_contain_text("Vraag 1 van 8")
        expect(page.locator("#bezig")).to_be_empty()
        tab_to(page, page.locator("#nieuw .choice").first)
        page.keyboard.press("Enter")
        expect(page.locator("#nieuw")).to_contain_text("Vraag 2 van 8")
        expect(page.locator("#nieuw .replies")).to_be_focused()
        page.reload()
        met = walk_by_tab(page)
        assert len(met) > 20
        assert sum("choice" in name for name in met) > 3
        page.goto(stack.site + "/meedoen")
        walk_by_tab(page)


def walk_by_tab(page: Page) -> list[str]:
    """Go through the whole page with Tab; each stop must show itself, not behind something else. Returns the stops."""
    met: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None:
            return met
        assert at["outlined"] and at["seen"], at
        met.append(at["name"])
    raise AssertionError("Tab does not come out of the page")
