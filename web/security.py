"""What protects every answer: headers, cookies, the session's secret, the time-out that brings back to the same place."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import current_user, logout_user

from base.errors import StorageError
from base.files import write_atomically

KEY_FILE = "session.key"
_PICTURES = "pictures"  # in the session: a mark that the addresses of its images carry
_KEPT_S = 12 * 3600
# Small corrections of a clock end no session.
_CLOCKS_DIFFER_S = 60.0
# Everything comes from this host; no inline script, no inline style. `data:` images are those inside Bootstrap's own sheet.
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class _Sessions(SecureCookieSessionInterface):
    """An answer that the browser may keep sets no cookie and does not vary by one: its address tells sessions apart."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not response.cache_control.immutable:
            super().save_session(app, session, response)


def begin_session() -> None:
    """A new session, in which nothing of the one before is left."""
    session.clear()
    session["seen"] = time.time()
    session[_PICTURES] = secrets.token_urlsafe(6)


def picture_mark() -> str | None:
    """Goes into the address of an image: whoever signs in next asks for it anew, with rights of their own."""
    return session.get(_PICTURES)


def keep_picture(response: Response) -> None:
    """An image under an address of this session stays with the browser for a working day; any other is asked for again."""
    if request.args.get("of") and request.args["of"] == picture_mark():
        response.headers["Cache-Control"] = f"private, max-age={_KEPT_S}, immutable"
    else:
        response.headers["Cache-Control"] = "private, no-cache"


def secret_key(data_dir: Path) -> str:
    """The key that signs sessions, made once per office and readable by its owner only."""
    path = data_dir / KEY_FILE
    try:
        if not path.exists():
            write_atomically(path, secrets.token_hex(32).encode())
            path.chmod(0o600)
        return path.read_text("ascii")
    except OSError as error:
        raise StorageError("store.failed", key=KEY_FILE, detail=os.strerror(error.errno or 0)) from error


def protect(app: Flask, session_minutes: int) -> None:
    """Cookies, headers and the time-out on every request of `app`."""
    app.config.update(
        SESSION_COOKIE_NAME="juanzong",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=64 * 1024 * 1024,
    )

    app.session_interface = _Sessions()

    def end_idle_session() -> None:
        if request.blueprint == "health":
            return  # a monitor has no session and gets none
        seen = session.get("seen")
        if current_user.is_authenticated and seen is not None and _is_over(time.time() - seen, session_minutes):
            logout_user()
            session.clear()
        elif not request.headers.get("X-Background"):
            # What a page asks for by itself (progress) is no sign that somebody sits there.
            session["seen"] = time.time()

    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.before_request(end_idle_session)
    app.after_request(add_headers)


def _is_over(idle_s: float, session_minutes: int) -> bool:
    """A clock that was set back would keep an idle session alive for as long as it jumped: then it ends at once."""
    return not -_CLOCKS_DIFFER_S <= idle_s <= session_minutes * 60


def fingerprint(password_hash: str) -> str:
    """A part of the password's hash that goes into the session: a changed password ends all other sessions."""
    return password_hash[-16:]
