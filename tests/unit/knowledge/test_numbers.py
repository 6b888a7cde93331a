"""Figures are found in Dutch and English in every spelling, and only supported by the same figure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.number_words import cardinals
from bot.knowledge.numbers import Figure, figures, supports, unsupported

DUTCH_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"


def seen(text: str) -> list[tuple[float, str | None] | tuple[int | None, ...] | str]:
    """Figures in short: (value, unit), a date, or a name."""
    return [
        figure.date or (figure.text if figure.value is None else (float(figure.value), figure.unit))
        for figure in figures(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U wordt 2-3 dagen opgenomen.", [(2, "minute"), (3, "minute")]),
        ("2 tot 3 weken, of 12 tot en met 14 maanden", [(2, "minute"), (3, "minute"), (12, "month"), (14, "month")]),
        ("één tot twee behandelingen per drie maanden", [(1, None), (2, None), (3, "month")]),
        ("een keer een infuus, eerstelijns of tweedelijns", []),
        ("de eerste lijn, de tweede-lijn en second-line", []),
        ("vijf ziekenhuizen, five hospitals", [(5, None), (5, None)]),
        ("50 mg/kg, 0.5 mg/kg en 1,5 milligram per kilo", [(50, "mg/kg"), (0.5, "mg/kg"), (1.5, "mg/kg")]),
        ("0.5 mg/kg op dag −5, 1.0 mg/kg op dag −4", [(0.5, "mg/kg"), (5, None), (1, "mg/kg"), (4, None)]),
        ("na 1, 2 en 3 maanden", [(1, "month"), (2, "month"), (3, "month")]),
        ("Tussen 3 and 5 x 106/kg", [(3e6, None), (5e6, None)]),
        ("3 tot 5 miljoen cellen", [(3e6, None), (5e6, None)]),
        ("2 x 10e6 CD34+ cellen", [(2e6, None), "CD34"]),
        ("30%, 30 procent en 99,5 %", [(30, "percent"), (30, "percent"), (99.5, "percent")]),
        ("50.000 handtekeningen", [(50000, None)]),
        ("EUR 65,000 to 100,000", [(65000, "euro"), (100000, "euro")]),
        ("€ 1.250,50", [(1250.5, "euro")]),
        ("4 november 2019", [(2019, 11, 4)]),
        ("on 4 November 2019 or November 4, 2019", [(2019, 11, 4), (2019, 11, 4)]),
        ("2019-11-04 en 04-11-2019", [(2019, 11, 4), (2019, 11, 4)]),
        ("december 2022, juni 2025 en begin 2020", [(2022, 12, None), (2025, 6, None), (2020, None, None)]),
        ("eind jaren negentig, the late nineties", [(1990, "decade"), (1990, "decade")]),
        ("een half jaar, anderhalf jaar, tweeënhalf jaar", [(0.5, "month"), (1.5, "month"), (2.5, "month")]),
        ("de helft van de mensen", [(50, "percent")]),
        ("1 op de 100 mensen", [(1, "percent")]),
        ("een op de tien", [(10, "percent")]),
        ("een 5-daagse kuur, zevenjarig, tweemaal", [(5, "minute"), (7, "month"), (2, None)]),
        ("vijfentwintig. honderdvijftig. two hundred people", [(25, None), (150, None), (200, "person")]),
        ("een ontsteking aan COVID-19 en T2", ["COVID-19", "T2"]),
        ("RRMS, JACIE, RAM-MS, MRI", []),
        ("bel 112 of 0800-0113, of nummer 113", []),
        ("112 mensen", [(112, "person")]),
        ("Er staat hier een tweede mening", [(2, None)]),
        ("1. Eerst dit\n2. Dan dat", []),
        ("zie https://example.org/2019/12 of {recruitment}", []),
        ("ten minste tien dagen", [(10, "minute")]),
        ("the ten of them", [(10, None)]),
        ("24/7 bereikbaar", [(24, "minute"), (1, "every minute"), (7, "minute"), (1, "every minute")]),
        ("na een jaar, elke week, per drie maanden", [(1, "month"), (1, "every minute"), (3, "month")]),
        ("van 8:00 tot 17:30", [(8, "minute"), (17.5, "minute")]),
        ("Sinds 2019 krijgen mensen dit", [(2019, None, None)]),
        ("", []),
    ],
)
def test_figures_are_found(text: str, expected: list[object]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("twaalf maanden", "a year of follow-up"),
        ("1 jaar", "12 maanden"),
        ("14 dagen", "2 weken"),
        ("18 tot en met 50 jaar", "Age 18 up to and including 50"),
        ("december 2022", "since 2022-12-13"),
        ("13 december 2022", "2022-12-13"),
        ("in 2022", "December 2022"),
        ("50 milligram per kilo", "50 mg/kg"),
        ("1 op de 100", "een kans van 1%"),
        ("1 op de 100", "1 of 100 patients"),
        ("de helft", "50% of them"),
        ("de eerste keer", "geen getal"),
        ("tien mensen", "10 deelnemers"),
        ("3 tot 5 miljoen", "Tussen 3 and 5 x 106/kg"),
        ("jaren negentig", "late nineties"),
        ("twee of drie dagen", "2-3 dagen"),
        ("een half punt", "steps of 0.5"),
        ("covid", "COVID-19"),
        ("CD34", "CD 34+"),
        ("wekelijks", "every week a blood test"),
        ("jaarlijks", "yearly reports"),
        ("10 mensen per jaar", "10 patients a year"),
        ("na een jaar", "12 months later"),
        ("het afgelopen jaar", "in the past year"),
        ("€ 80.000", "about EUR 80,000 each"),
    ],
)
def test_a_source_supports_the_same_figure_in_another_spelling(said: str, source: str) -> None:
    assert unsupported(said, [source]) == []


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("11 maanden", "a year"),
        ("3 maanden", "3 weken"),
        ("10%", "10 mensen"),
        ("10 mg/kg", "10 dagen"),
        ("10 mg/kg", "10 mg"),
        ("80 euro", "80 mensen"),
        ("13 december 2022", "December 2022"),
        ("december 2022", "in 2022"),
        ("2 dagen", "23 dagen"),
        ("5 dagen", "2,5 dagen"),
        ("50 jaar", "50 mensen"),
        ("1 op de 100", "1 op de 10"),
        ("3 tot 5 miljoen", "3 tot 5 cellen"),
        ("T1", "T2"),
        ("één keer", "een keer"),
        ("dagelijks", "wekelijks"),
        ("10 mensen per maand", "10 mensen per jaar"),
        ("na een week", "na een jaar"),
        ("één jaar", "elk jaar"),
        ("18 tot 50 maanden", "18-50"),
        ("zes middelen", "6 maanden"),
        ("de derde dag", "de tweede dag"),
        ("0800-1066", "0800-1067"),
    ],
)
def test_a_source_does_not_support_another_figure(said: str, source: str) -> None:
    assert unsupported(said, [source])


@given(st.integers(0, 10_000_000))
def test_thousands_may_be_written_with_a_point_a_comma_or_nothing(number: int) -> None:
    plain, dotted, comma = f"{number} cellen", f"{number:,} cellen".replace(",", "."), f"{number:,} cellen"
    if not 1900 <= number <= 2099:
        assert seen(plain) == seen(dotted) == seen(comma) == [(number, None)]


@given(st.integers(0, 999), st.integers(1, 99))
def test_a_decimal_comma_is_a_decimal_point(whole: int, part: int) -> None:
    assert [f.value for f in figures(f"{whole},{part} mg")] == [Fraction(f"{whole}.{part}")]
    assert [f.value for f in figures(f"{whole}.{part} mg")] == [Fraction(f"{whole}.{part}")]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_in_any_form_is_the_same_date(day: date) -> None:
    dutch = DUTCH_MONTHS.split()[day.month - 1]
    english = day.strftime("%B")
    forms = [
        day.isoformat(),
        f"{day.day} {dutch} {day.year}",
        f"{day.day} {english} {day.year}",
        f"{english} {day.day}, {day.year}",
    ]
    assert [seen(form) for form in forms] == [[(day.year, day.month, day.day)]] * 4
    for form in forms:
        assert unsupported(f"op {form}", [day.isoformat()]) == []
        assert unsupported(f"op {form}", [date(day.year, day.month, day.day % 28 + 1).isoformat()]) == (
            [] if day.day == day.day % 28 + 1 else figures(form)
        )


@given(st.sampled_from(sorted(word for word, value in cardinals().items() if value > 1 and word != "ten")))
def test_a_number_word_is_its_digits(word: str) -> None:
    assert unsupported(f"wel {word} keer", [f"het zijn er {cardinals()[word]} keer"]) == []


@given(
    st.integers(2, 1000), st.integers(2, 1000), st.sampled_from(["dagen", "weken", "maanden", "mg/kg", "%", "mensen"])
)
def test_only_the_same_number_with_the_same_unit_supports(one: int, other: int, unit: str) -> None:
    assert (unsupported(f"{one} {unit}", [f"{other} {unit}"]) == []) == (one == other)


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_supports_itself(text: str) -> None:
    found = figures(text)
    assert all(isinstance(figure, Figure) and supports(figure, figure) for figure in found)
    assert unsupported(text, [text]) == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It takes half a year for the body.", "Dat duurt een half jaar."),
        ("This takes two and a half years for the group.", "Dit duurt 2,5 jaar."),
        ("They compare the outcomes twice a year.", "Zij vergelijken 2 keer per jaar de uitkomsten."),
        ("The risk for the patient is 0.2 per cent.", "Het risico is 0,2%."),
        ("It helped two thirds of the people.", "Het hielp tweederde van de mensen."),
        ("The study had one hundred and ten people.", "Een onderzoek bij 110 mensen."),
        ("You rest for a fortnight with the family.", "U rust 2 weken."),
        ("It is done on the twenty-first day.", "Op de 21e dag."),
        ("No one knows the answer, and one of the others found one too.", "Niemand weet het."),
        ("Are you in danger with the fever? Call 112.", "Bel bij koorts."),
    ],
)
def test_english_figures_follow_from_dutch_sources(claim: str, evidence: str) -> None:
    assert unsupported(claim, [evidence]) == []


@pytest.mark.parametrize(
    "claim",
    [
        "It takes one and a half years for the body.",
        "They compare the outcomes three times and twice a month.",
        "The study had two hundred and ten people.",
        "It helped three quarters of the people.",
        "One person in the group died.",
    ],
)
def test_english_figures_without_a_source_are_found(claim: str) -> None:
    assert unsupported(claim, ["Dat duurt een half jaar, 2 keer per jaar, bij 110 mensen."])
