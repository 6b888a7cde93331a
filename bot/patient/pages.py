"""Pages that are the same for everyone: privacy, and the hospital's own colours."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from bot.patient import addresses, texts
from bot.patient.language import page_language
from bot.patient.parts import parts
from bot.privacy.terms import terms
from bot.web import answers

blueprint = Blueprint("pages", __name__)


@blueprint.get("/privacy")
def privacy() -> Response:
    """What is stored, how long, who sees it and how to erase it."""
    settings = parts().settings
    kept = [term for term in terms(settings, page_language()) if term.kind.about_patients]
    return make_response(render_template("privacy.html", terms=kept, hours=settings.link_hours))


@blueprint.get("/huisstijl.css")
def own_style() -> Response:
    """The hospital's style tokens; empty when it has none."""
    return answers.own_style(parts().settings)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Search engines may show the public pages and nothing personal."""
    personal = ("/aanmelden/", "/mijn-aanmelding")
    paths = [addresses.in_language(path, language) for language in texts.PAGE_LANGUAGES for path in personal]
    rules = ["User-agent: *", *(f"Disallow: {path}" for path in paths)]
    response = make_response("\n".join([*rules, f"Sitemap: {parts().settings.site_url}/sitemap.xml", ""]))
    response.content_type = "text/plain; charset=utf-8"
    return response
