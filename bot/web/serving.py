"""A site as its server starts it: what the first visitors need is read once, before the workers are forked.

The workers then share that memory, and nobody is the first to wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)


def read_ahead(app: Flask, engine: Engine, looks: tuple[Callable[[], object], ...] = ()) -> None:
    """Read the templates, and do what the first requests would do for all later ones.

    Args:
        app: the site.
        engine: its database; afterwards no connection to it is open, which two processes could not share.
        looks: what to do beside. Where the database is away, they are left to the first requests.
    """
    with app.app_context():
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        try:
            for look in looks:
                look()
        except SQLAlchemyError as error:
            # Each of them might wait as long for it.
            log.warning("not everything could be read ahead: %s", type(error).__name__)
    engine.dispose()
