"""Where the desk opens: one large box, today's requests; a person and what the dossier holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from archive import audit
from base.clock import now
from base.errors import BusyError, InputError, StorageError
from frontdesk import holdings, people, register
from web import frame
from web.frontdesk.blueprint import blueprint, desk_text, zone

_MOST = 30


@blueprint.get("/")
def home() -> str:
    return _home()


def _home(**found: Any) -> str:
    with frame.office().catalogue.read() as session:
        entries = register.today(session, frame.viewer(), zone(), now())
    return render_template("frontdesk/home.html", entries=entries, **found)


@blueprint.post("/find")
def find() -> Any:
    """What was typed or read from a card. By POST: names and numbers stay out of addresses and their histories.

    One person opens at once; so Enter of an ID reader leads straight to the card. Several have an address of their own,
    to which the browser's way back leads.
    """
    query = request.form.get("q", "").strip()[:200]
    if not query:
        return redirect(url_for("frontdesk.home"), code=303)
    cards, trouble = _look_up(query)
    if len(cards) == 1 and not trouble:
        _record(query, cards)
        return redirect(url_for("frontdesk.person", person_id=cards[0].id), code=303)
    return redirect(url_for("frontdesk.find_shown", handle=frame.keep_asked(query)), code=303)


@blueprint.get("/found/<handle>")
def find_shown(handle: str) -> str:
    """The people that what was typed may mean."""
    query = frame.asked(handle)
    if query is None:
        return _home(trouble=_("这次查找已经过去太久，请重新输入。"))
    cards, trouble = _look_up(query)
    _record(query, cards)
    return _home(query=query, cards=cards, trouble=trouble)


def _look_up(query: str) -> tuple[list[people.PersonCard], str]:
    ids, trouble = _from_index(query)
    with frame.office().catalogue.read() as session:
        return people.look_up(session, frame.viewer(), query, ids), trouble


def _record(query: str, cards: Sequence[people.PersonCard]) -> None:
    with frame.office().catalogue.write() as session:
        audit.record(session, frame.viewer(), "person.find", "person:all", hits=len(cards), length=len(query))


def _from_index(query: str) -> tuple[list[int], str]:
    """The people the index knows, and what to say where it cannot be asked: the catalogue then answers alone."""
    try:
        answer = frame.services().find(frame.viewer(), query, kinds=("person",), limit=_MOST)
    except InputError:
        # A query that the index cannot run may still be a name or a number.
        return [], ""
    except (StorageError, BusyError):
        return [], desk_text("index-down")
    return [hit.person_id for hit in answer.hits if hit.person_id is not None], ""


@blueprint.get("/people/<int:person_id>")
def person(person_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        card = people.person_card(session, me, person_id)
        contents = holdings.contents_of_person(session, me, person_id)
        entries = register.requests_of_person(session, me, person_id)
        audit.record(session, me, "person.view", f"person:{person_id}")
    return render_template("frontdesk/person.html", card=card, contents=contents, entries=entries)
