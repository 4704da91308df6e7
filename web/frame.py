"""What every desk stands in: who is signed in, which desks there are, and the way to the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from flask import Blueprint, current_app, request
from flask_login import UserMixin, current_user

from archive.access import Viewer
from archive.office import Office
from base.messages import Language
from ingest.find import FindAnswer, HitList
from search.index import KINDS, FacetName, IndexState, Kind, Sort, Suggestion
from web.asked import Asked
from web.kept import Kept
from web.once import Once


class Finder(Protocol):
    """Search as the desks use it: `ingest.find.SearchDesk`."""

    kept_up: bool

    def __call__(
        self,
        viewer: Viewer,
        query: str,
        *,
        kinds: Sequence[Kind] = KINDS,
        limit: int = 20,
        cursor: str | None = None,
        count: Sequence[Kind] = (),
        sort: Sort = "relevance",
        facets: Sequence[FacetName] = (),
    ) -> FindAnswer: ...

    def hit_list(self, viewer: Viewer, query: str, *, kinds: Sequence[Kind], sort: Sort = "relevance") -> HitList: ...

    def suggest(
        self, viewer: Viewer, prefix: str, *, kinds: Sequence[Kind], limit: int = 8
    ) -> tuple[Suggestion, ...]: ...

    def state(self) -> IndexState: ...


_WATCHED_S = 1.5


@dataclass(frozen=True, slots=True)
class Services:
    """What the screens call, kept in `app.extensions["juanzong"]`; `name` is the office's, for the top bar and prints.

    `watched` is what many ask for again and again: however many they are, the catalogue is asked once in so many seconds.
    """

    office: Office
    find: Finder
    once: Once
    asked: Asked
    name: str
    watched: Kept = field(default_factory=lambda: Kept(_WATCHED_S))


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One line of the left rail; it is marked as current on every endpoint that starts with one of `marks`."""

    label: Any
    endpoint: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: its code as in `archive.access.DESKS`, its name, where it opens, at most seven rail entries."""

    code: str
    label: Any
    home: str
    entries: tuple[RailEntry, ...]


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The account of this request, with what it may see and what it prefers. `id`: the account's id and its password's mark."""

    def __init__(self, user_id: str, viewer: Viewer, login: str, preferences: dict[str, Any]) -> None:
        self.id = user_id
        self.viewer = viewer
        self.login = login
        self.preferences = preferences


def services() -> Services:
    return cast(Services, current_app.extensions["juanzong"])


def office() -> Office:
    return services().office


def viewer() -> Viewer:
    """Who is signed in; only within views of a blueprint made by `desk_blueprint`."""
    return cast(Viewer, current_user.viewer)


def keep_asked(text: str) -> str | None:
    """The handle under which an address refers to what was typed; None for nothing, which `url_for` leaves out."""
    return services().asked.keep(viewer().account_id or 0, text) if text else None


def asked(handle: str) -> str | None:
    """What this account typed under `handle`; None where it is not known any more."""
    return services().asked.text(viewer().account_id or 0, handle)


def language() -> Language:
    """The account's own language, otherwise the office's."""
    chosen = _preferences().get("language")
    return cast(Language, chosen) if chosen in ("zh_CN", "en") else office().settings.language


def desks_of_viewer() -> list[Desk]:
    """The desks this account works at, in the order of the registry."""
    if not current_user.is_authenticated:
        return []
    return [desk for desk in current_app.extensions["juanzong.desks"] if viewer().works_at(desk.code)]


def current_desk() -> Desk | None:
    """The desk of this request's blueprint; the account's first desk on screens that belong to none."""
    mine = desks_of_viewer()
    here = next((desk for desk in mine if desk.home.split(".")[0] == request.blueprint), None)
    return here or (mine[0] if mine else None)


def desk_blueprint(name: str, import_name: str, desk: str | None, url_prefix: str | None = None) -> Blueprint:
    """A blueprint with its own templates and static files that only signed-in accounts of `desk` reach (None: of any)."""
    blueprint = Blueprint(
        name,
        import_name,
        url_prefix=url_prefix if url_prefix is not None else f"/{name}",
        template_folder="templates",
        static_folder="static",
    )

    def guard() -> Any:
        if request.endpoint == f"{name}.static":
            return None
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if desk is not None:
            viewer().must_work_at(desk)
        return None

    blueprint.before_request(guard)
    return blueprint


def template_values() -> dict[str, Any]:
    """What every template knows."""
    preferences = _preferences()
    return {
        "office_name": services().name,
        "desks": desks_of_viewer(),
        "desk": current_desk(),
        "theme": preferences.get("theme", "light"),
        "large_type": bool(preferences.get("large_type", False)),
        "lang": language(),
        "may_search": _may_search(),
    }


def _may_search() -> bool:
    return current_user.is_authenticated and (viewer().works_at("clerk") or viewer().works_at("frontdesk"))


def _preferences() -> dict[str, Any]:
    return current_user.preferences if current_user.is_authenticated else {}
