"""What a screen reader is told on the patient site: names, roles, states and order, from the accessibility tree."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.patient_site import Site, ask, fill_form, opened

# Each is a part of the tree that must be there, in this order; other things may stand between.
EMPTY_CHAT = """
- link "Naar de inhoud"
- complementary "Spoed":
  - paragraph:
    - link "112"
- banner:
  - link "Stamcelwijzer"
  - group "Grootte van de tekst":
    - button "A gewone tekst" [pressed]
  - navigation "Hoofdmenu"
- main:
  - heading "Stel uw vraag over stamceltherapie bij MS" [level=1]
  - heading "Gesprek" [level=2]
  - log "Uw gesprek met de chatbot"
  - status
  - textbox "Uw vraag of antwoord"
  - button "Verstuur"
- contentinfo:
  - paragraph:
    - link "113"
"""
ANSWER = """
- log "Uw gesprek met de chatbot":
  - paragraph: "U: Wat onderzoekt de studie?"
  - text: "Chatbot:"
  - list:
    - listitem: groep A
  - button "Ja"
  - button "Nee"
  - list "Keuzes":
    - listitem:
      - button "Wie kunnen meedoen?"
"""
QUESTION = """
- log "Uw gesprek met de chatbot":
  - text: "Chatbot:"
  - paragraph: Vraag 1 van 8
  - paragraph: Heeft u relapsing-remitting MS (RRMS)?
  - list "Keuzes":
    - listitem:
      - button "Ja, RRMS"
  - list "Andere stappen":
    - listitem:
      - button "Opnieuw beginnen"
    - listitem:
      - button "Stoppen"
"""
MISTAKES = """
- main:
  - heading "Aanmelden voor de RAM-MS-studie" [level=1]
  - alert "Een ding klopt nog niet":
    - heading "Een ding klopt nog niet" [level=2]
    - list:
      - listitem:
        - link
"""


def test_a_conversation_as_a_screen_reader_tells_it(browser: Browser, site: Site) -> None:
    with opened(browser, site, reduced_motion="reduce") as page:
        expect(page.locator("body")).to_match_aria_snapshot(EMPTY_CHAT)
        ask(page, "Wat onderzoekt de studie?")
        expect(page.get_by_role("log")).to_match_aria_snapshot(ANSWER)
        # "Ja" and "Nee" alone say nothing to who hears only the buttons.
        expect(page.get_by_role("button", name="Nee")).to_have_accessible_description("Heeft dit geholpen?")
        ask(page, "/start_prescreen", shown="Ik wil kijken of ik kan meedoen.")
        expect(page.get_by_role("log")).to_match_aria_snapshot(QUESTION)
        # What is new is read once, by the log; the field for the next message keeps its name.
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        assert page.get_by_role("log").count() == 1


def test_mistakes_in_the_form_as_a_screen_reader_tells_them(browser: Browser, site: Site) -> None:
    with opened(browser, site, site.form) as page:
        fill_form(page, name="")
        page.get_by_role("button", name="Verstuur mijn aanmelding").click()
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page.locator("body")).to_match_aria_snapshot(MISTAKES)
        told = page.locator(".error-summary").get_by_role("link").inner_text()
        expect(page.locator("#name")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#name")).to_have_accessible_description(re.compile(re.escape(told)))
