"""Checks on the truth of the content: passages stand in their documents, and figures in the passages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.knowledge.findings import WITHOUT_PASSAGES, Finding, Material, texts_of
from bot.knowledge.numbers import Figure, unsupported
from bot.knowledge.text import squeeze, strip_markup, without_page_numbers


def check_passages(material: Material) -> Iterator[Finding]:
    """Every passage stands literally in its document; white space, bullets, line ends and page numbers aside."""
    forms = {name: (squeeze(text), squeeze(without_page_numbers(text))) for name, text in material.documents.items()}
    for passage in material.content.passages.values():
        source = material.content.sources.get(passage.source)
        if source is None or source.document not in forms:
            continue
        wanted = squeeze(passage.text)
        if not any(_stands_in(wanted, form) for form in forms[source.document]):
            start = _longest_start(passage.text, forms[source.document])
            text = f'does not stand literally in {source.document}: it goes wrong after "...{start[-60:]}". Copy it.'
            yield Finding("passage_text", passage.id, text, about=(source.document, start[-60:]))


def _stands_in(wanted: str, form: str) -> bool:
    """Whether a squeezed passage stands in a squeezed document, not cutting a number: "10 mensen" is not in "110"."""
    start = form.find(wanted)
    while start >= 0:
        around = form[max(0, start - 1) : start + 1], form[start + len(wanted) - 1 : start + len(wanted) + 1]
        if not any(len(pair) == 2 and pair.isdigit() for pair in around):
            return True
        start = form.find(wanted, start + 1)
    return False


def _longest_start(text: str, forms: tuple[str, ...]) -> str:
    """The longest beginning of a passage that can be found, cut at a word."""
    pieces = text.split()
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        wanted = squeeze(" ".join(pieces[:middle]))
        if any(wanted in form for form in forms):
            low = middle
        else:
            high = middle - 1
    return " ".join(pieces[:low])


def check_figures(material: Material) -> Iterator[Finding]:
    """Every number, dose, percentage, duration and date that is said stands in a cited passage.

    The date and title of a cited source count too: "in november 2019 zei het ziekenhuis".
    """
    content = material.content
    for topic in content.topics.values():
        passages = [content.passages[name] for name in topic.passages if name in content.passages]
        if not passages and topic.subject in WITHOUT_PASSAGES:
            continue
        cited = {passage.source for passage in passages}
        sources = [content.sources[name] for name in sorted(cited) if name in content.sources]
        told = (text for source in sources for text in (source.title, source.date or ""))
        evidence = (*(passage.text for passage in passages), *told)
        for name, _language, text in texts_of(topic):
            for figure in dict.fromkeys(_unsupported(text, evidence)):
                message = (
                    f"{name} says '{figure.text}', which stands in none of its passages: "
                    "correct it, or cite the passage that says so."
                )
                yield Finding("figures", topic.id, message, about=(name, figure.text))


@lru_cache(maxsize=2048)
def _unsupported(text: str, evidence: tuple[str, ...]) -> tuple[Figure, ...]:
    """Remembered: a draft is checked within the whole content again and again, and only the draft changes."""
    return tuple(unsupported(strip_markup(text), evidence))
