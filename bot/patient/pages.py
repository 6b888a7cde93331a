"""Pages that are the same for everyone: privacy, and the hospital's own colours."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from bot.patient.parts import parts

blueprint = Blueprint("pages", __name__)

# A hospital puts its own values for the tokens of static/tokens.css in this file under STAMCELWIJZER_VAR.
OWN_TOKENS = "huisstijl.css"


@blueprint.get("/privacy")
def privacy() -> Response:
    """What is stored, how long, who sees it and how to erase it."""
    settings = parts().settings
    return make_response(render_template("privacy.html", days=settings.retention_days, hours=settings.link_hours))


@blueprint.get("/huisstijl.css")
def own_style() -> Response:
    """The hospital's style tokens; empty when it has none."""
    try:
        style = (parts().settings.var / OWN_TOKENS).read_text(encoding="utf-8")
    except OSError:
        style = ""
    response = make_response(style)
    response.content_type = "text/css; charset=utf-8"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Search engines may show the first page and nothing personal."""
    response = make_response("User-agent: *\nDisallow: /aanmelden/\nDisallow: /mijn-aanmelding\n")
    response.content_type = "text/plain; charset=utf-8"
    return response
