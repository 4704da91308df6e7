"""The application: one office's services, the blueprints of its desks, and what holds for every request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from archive import accounts
from archive.access import viewer_of
from archive.office import Office
from base.errors import AccessError, JuanzongError
from web import (
    account,
    acts,
    clerk,
    custody,
    frame,
    frontdesk,
    health,
    intake,
    jobs,
    names,
    planner,
    search,
    security,
    texts,
    words,
)
from web.asked import Asked
from web.once import Once
from web.request_log import log_requests

_PARTS: tuple[Blueprint, ...] = (
    account.blueprint,
    clerk.blueprint,
    intake.blueprint,
    planner.blueprint,
    frontdesk.blueprint,
    search.blueprint,
    names.blueprint,
    jobs.blueprint,
    custody.blueprint,
    health.blueprint,
)
_DESKS: tuple[frame.Desk, ...] = (clerk.desk, planner.desk, frontdesk.desk, custody.desk)


def create_app(office: Office, find: frame.Finder) -> Flask:
    """The web of one office. `find` searches; everything else is reached through `office`."""
    settings = office.settings
    app = Flask("web")
    app.secret_key = security.secret_key(settings.data_dir)
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_TRANSLATION_DIRECTORIES=str(texts.compiled_translations(settings.data_dir / "cache")),
    )
    app.extensions["juanzong"] = frame.Services(office, find, Once(), Asked(), _office_name(office))
    app.extensions["juanzong.desks"] = _DESKS
    log_requests(app)
    security.protect(app, settings.session_minutes)
    Bootstrap5(app)
    CSRFProtect(app)
    Babel(app, default_locale="zh_CN", locale_selector=frame.language)
    _accounts(app, office)
    _errors(app)
    _templates(app, ZoneInfo(settings.time_zone))
    for part in _PARTS:
        app.register_blueprint(part)
    app.add_url_rule("/", endpoint="root", view_func=account.start)
    return app


def _office_name(office: Office) -> str:
    if office.settings.office_name:
        return office.settings.office_name
    with office.catalogue.read() as session:
        return accounts.root_organization(session).name


def _accounts(app: Flask, office: Office) -> None:
    manager = LoginManager(app)
    manager.login_view = "account.sign_in"
    manager.login_message = None

    def load(user_id: str) -> frame.SignedIn | None:
        account_id, _, mark = user_id.partition(":")
        with office.catalogue.read() as session:
            row = accounts.active_account(session, int(account_id))
            if row is None or security.fingerprint(row.password_hash) != mark:
                return None
            return frame.SignedIn(user_id, viewer_of(session, row), row.login, row.preferences)

    def unauthorized() -> Any:
        if _answers_json():
            return jsonify(JuanzongError("session.ended").as_json()), 401
        if request.method == "GET":
            back = request.full_path.rstrip("?")
        else:
            flash(JuanzongError("session.ended").text(frame.language()), "error")
            back = acts.safe_address(request.referrer) or "/"
        return redirect(url_for("account.sign_in", next=back))

    manager.user_loader(load)
    manager.unauthorized_handler(unauthorized)


def _errors(app: Flask) -> None:
    def known(error: JuanzongError) -> Any:
        status = 400
        if isinstance(error, AccessError):
            status = 404 if error.code == "not-found" else 403
        return _answer(error, status)

    def csrf(_error: CSRFError) -> Any:
        if not current_user.is_authenticated and request.endpoint != "account.sign_in":
            # The session ended while the form stood open: its token went with it.
            return app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return _answer(JuanzongError("form.stale"), 400)

    def too_large(_error: RequestEntityTooLarge) -> Any:
        return _answer(JuanzongError("form.file-too-large", limit=64), 413)

    def http(error: HTTPException) -> Any:
        code = {404: "not-found", 405: "not-found"}.get(error.code or 500)
        return error if code is None else _answer(JuanzongError(code), error.code or 404)

    app.register_error_handler(JuanzongError, known)
    app.register_error_handler(CSRFError, csrf)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(HTTPException, http)


def _answers_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or "X-Background" in request.headers


def _answer(error: JuanzongError, status: int) -> tuple[Response | str, int]:
    if _answers_json():
        return jsonify(error.as_json()), status
    return render_template("error.html", text=error.text(frame.language()), status=status), status


def _groupby_run(rows: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours with the same attribute, in the order they stand; unlike Jinja's `groupby`, nothing is sorted."""
    return [(value, list(group)) for value, group in groupby(rows, key=attrgetter(attribute))]


def _templates(app: Flask, zone: ZoneInfo) -> None:
    def when(time: datetime | None) -> str:
        return time.astimezone(zone).strftime("%Y-%m-%d %H:%M") if time else ""

    def day(time: datetime | None) -> str:
        return time.astimezone(zone).strftime("%Y-%m-%d") if time else ""

    app.jinja_env.filters.update(when=when, day=day, groupby_run=_groupby_run)
    app.jinja_env.globals.update(new_token=acts.new_token, words=words)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(frame.template_values)
