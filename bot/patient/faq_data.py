"""A topic as schema.org data that search engines read. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from bot.knowledge.replies import in_language, sources_of
from bot.knowledge.schema import Content, Source, Topic

# What could end the script element or begin a comment in it.
_RISKY = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def faq_page(content: Content, topic: Topic, answer_html: str, address: str, language: str) -> dict[str, Any]:
    """The FAQPage of one topic: question, answer as HTML, sources, and the date up to which the answer was true."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "@id": address,
        "url": address,
        "inLanguage": language,
        "dateModified": topic.as_of.isoformat(),
        "mainEntity": [
            {
                "@type": "Question",
                "name": in_language(topic.question, language),
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": answer_html,
                    "citation": [_work(source) for source in sources_of(content, topic)],
                },
            }
        ],
    }


def as_script(data: dict[str, Any]) -> tuple[str, str]:
    """The data as the content of a script element, and the source expression that lets a content policy allow it."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_RISKY)
    digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode("ascii")
    return written, f"'sha256-{digest}'"


def _work(source: Source) -> dict[str, Any]:
    work: dict[str, Any] = {"@type": "CreativeWork", "name": source.title, "inLanguage": source.language}
    if source.publisher:
        work["publisher"] = {"@type": "Organization", "name": source.publisher}
    if source.date:
        work["datePublished"] = source.date
    if source.url:
        work["url"] = source.url
    return work
