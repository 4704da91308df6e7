"""POST views: done once, errors said where the person stands, answers that lead back to a page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from base.errors import AccessError, InputError, JuanzongError
from web import frame


def act(view: Callable[..., str]) -> Callable[..., Response]:
    """Decorates a view that does something and answers with the address to show next.

    The form's `once` token makes a double click harmless. A JuanzongError other than one about access becomes a notice on
    the page that the form came from.
    """

    @wraps(view)
    def once(**arguments: Any) -> Response:
        try:
            return run_once(lambda: view(**arguments))
        except AccessError:
            raise
        except JuanzongError as error:
            flash(error.text(frame.language()), "error")
            return redirect(came_from(), code=303)

    return once


def run_once(do: Callable[[], str]) -> Response:
    """Does what the form asks for and leads to the address that it answers with; a second click of the same form only leads."""
    token = f"{current_user.get_id()}:{request.form.get('once') or secrets.token_urlsafe()}"
    return redirect(frame.services().once.run(token, do), code=303)


def new_token() -> str:
    """A token for the hidden field `once` of a form."""
    return secrets.token_urlsafe(16)


def came_from() -> str:
    """The page of ours that the form stood on, otherwise the start."""
    return safe_address(request.form.get("back") or request.referrer) or url_for("account.start")


def safe_address(address: str | None) -> str | None:
    """`address` as a path on this host, None where it leads anywhere else."""
    if not address or "\\" in address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("", "http", "https") or (parts.netloc and parts.netloc != request.host):
        return None
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def field(name: str, *, required: bool = True, limit: int = 500) -> str:
    """A text field of the form without outer spaces; InputError `form.missing` / `form.too-long` names it."""
    value = request.form.get(name, "").strip()
    if required and not value:
        raise InputError("form.missing", field=name)
    if len(value) > limit:
        raise InputError("form.too-long", field=name, limit=limit)
    return value


def number(name: str) -> int:
    """A whole number of the form; InputError `form.number`."""
    value = request.form.get(name, "")
    if not value.isascii() or not value.lstrip("-").isdigit() or len(value) > 18:
        raise InputError("form.number", field=name)
    return int(value)
