"""Signing in and out, what an account prefers, its password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required, login_user, logout_user

from archive import accounts, audit
from archive.access import viewer_of
from base.errors import AccessError
from web import acts, frame, security

blueprint = Blueprint("account", __name__, template_folder="templates", static_folder="static", url_prefix="/account")
_THEMES = ("light", "dark", "auto")
_LANGUAGES = ("zh_CN", "en")


def start() -> Any:
    """The first desk of the account; the sign-in for everybody else."""
    desk = frame.current_desk()
    if desk is None:
        return redirect(url_for("account.settings" if current_user.is_authenticated else "account.sign_in"))
    return redirect(url_for(desk.home))


def sign_in() -> Any:
    """Shows the form, and signs in; leads back to where the session ended."""
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(url_for("account.start"))
        return render_template("account/sign_in.html", next=request.args.get("next", ""))
    answer = _try(request.form.get("login", "").strip(), request.form.get("password", ""))
    if isinstance(answer, AccessError):
        flash(answer.text(frame.language()), "error")
        return render_template("account/sign_in.html", next=request.form.get("next", "")), 401
    security.begin_session()
    login_user(answer)
    return redirect(acts.safe_address(request.form.get("next")) or url_for("account.start"), code=303)


def _try(login: str, password: str) -> frame.SignedIn | AccessError:
    with frame.office().catalogue.write() as catalogue:
        answer = accounts.sign_in(catalogue, login, password)
        if isinstance(answer, AccessError):
            return answer
        viewer = viewer_of(catalogue, answer)
        audit.record(catalogue, viewer, "sign-in", f"account:{answer.id}")
        return frame.SignedIn(
            f"{answer.id}:{security.fingerprint(answer.password_hash)}", viewer, answer.login, answer.preferences
        )


def sign_out() -> Any:
    if current_user.is_authenticated:
        me = frame.viewer()
        with frame.office().catalogue.write() as catalogue:
            audit.record(catalogue, me, "sign-out", f"account:{me.account_id}")
    logout_user()
    session.clear()
    return redirect(url_for("account.sign_in"), code=303)


def settings() -> Any:
    return render_template("account/settings.html", login=current_user.login, name=frame.viewer().name)


@acts.act
def prefer() -> str:
    """Keeps the theme, the size of type and the language with the account."""
    changes: dict[str, Any] = {}
    if request.form.get("theme") in _THEMES:
        changes["theme"] = request.form["theme"]
    if request.form.get("language") in _LANGUAGES:
        changes["language"] = request.form["language"]
    if "large_type" in request.form:
        changes["large_type"] = request.form["large_type"] == "1"
    with frame.office().catalogue.write() as catalogue:
        accounts.set_preferences(catalogue, frame.viewer().account_id or 0, **changes)
    return acts.came_from()


@acts.act
def change_password() -> str:
    """A new password ends every other session of the account; wrong tries count as at the sign-in."""
    login = current_user.login
    with frame.office().catalogue.write() as catalogue:
        answer = accounts.sign_in(catalogue, login, request.form.get("old", ""))
        if not isinstance(answer, AccessError):
            accounts.set_password(catalogue, login, request.form.get("new", ""))
            audit.record(catalogue, frame.viewer(), "account.password", f"account:{answer.id}")
    if isinstance(answer, AccessError):
        flash(answer.text(frame.language()), "error")
        return url_for("account.settings")
    mark = f"{answer.id}:{security.fingerprint(answer.password_hash)}"
    login_user(frame.SignedIn(mark, frame.viewer(), login, current_user.preferences))
    flash(_("密码已更改。"), "done")
    return url_for("account.settings")


blueprint.add_url_rule("/sign-in", view_func=sign_in, methods=["GET", "POST"])
blueprint.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
blueprint.add_url_rule("/start", view_func=start)
for _rule, _view, _methods in (
    ("/", settings, ["GET"]),
    ("/preferences", prefer, ["POST"]),
    ("/password", change_password, ["POST"]),
):
    blueprint.add_url_rule(_rule, endpoint=_view.__name__, view_func=login_required(_view), methods=_methods)
