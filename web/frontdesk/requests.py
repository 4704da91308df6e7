"""A request: taken down, decided, finished."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from base.errors import AccessError, InputError, JuanzongError
from frontdesk import copying, holdings, people, register
from frontdesk import requests as service
from frontdesk.policy import asker_policies, may_decide, policy_of
from frontdesk.requests import Draft
from web import acts, frame
from web.frontdesk.blueprint import blueprint, zone

# Which field of the form an error is about.
_FIELDS = {
    "frontdesk.evidence-missing": "evidence",
    "frontdesk.asker-id": "asker_id",
    "frontdesk.self-differs": "asker_id",
    "frontdesk.purpose-other": "purpose_note",
    "frontdesk.unknown-choice": "asker_kind",
}


@blueprint.get("/people/<int:person_id>/request")
def request_form(person_id: int) -> str:
    return _form(person_id, {"asker_kind": "self", "purpose": "retirement"})


def _form(person_id: int, values: dict[str, Any], error: JuanzongError | None = None) -> str:
    with frame.office().catalogue.read() as session:
        card = people.person_card(session, frame.viewer(), person_id)
    field = getattr(error, "field", None) or _FIELDS.get(error.code if error else "")
    text = error.text(frame.language()) if error else ""
    return render_template("frontdesk/request_form.html", card=card, values=values, error=text, error_field=field)


class _MissingError(InputError):
    """A field that was left empty; `field` is its name in the form."""

    def __init__(self, field: str, label: str) -> None:
        self.field = field
        super().__init__("form.missing", field=label)


@blueprint.post("/people/<int:person_id>/request")
def request_register(person_id: int) -> Any:
    """Registers; where something does not hold, the form comes back as it was filled in, with the reason at its field."""

    def register_it() -> str:
        draft = _draft(person_id)
        with frame.office().catalogue.write() as session:
            row = service.register(session, frame.viewer(), draft, zone())
        flash(_("已登记，登记号 %(serial)s。", serial=row.serial), "done")
        return url_for("frontdesk.request_page", request_id=row.id)

    try:
        return acts.run_once(register_it)
    except AccessError:
        raise
    except InputError as error:
        shown = {
            f"{policy}:{code}" for policy in asker_policies() for code in request.form.getlist(f"evidence-{policy}")
        }
        values = {**request.form.to_dict(), "shown": shown}
        return _form(person_id, values, error), 400


def _draft(person_id: int) -> Draft:
    kind = request.form.get("asker_kind", "")
    return Draft(
        person_id=person_id,
        asker_kind=kind,
        asker_name=_field("asker_name", _("申请人姓名")),
        asker_id=_field("asker_id", _("申请人证件号")),
        purpose=request.form.get("purpose", ""),
        wanted=_field("wanted", _("要查的材料")),
        evidence=tuple(request.form.getlist(f"evidence-{kind}")),
        asker_phone=acts.field("asker_phone", required=False, limit=40),
        asker_unit=acts.field("asker_unit", required=False, limit=100),
        purpose_note=acts.field("purpose_note", required=False, limit=60),
    )


def _field(name: str, label: str) -> str:
    value = acts.field(name, required=False)
    if not value:
        raise _MissingError(name, label)
    return value


@blueprint.get("/requests/<int:request_id>")
def request_page(request_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        row = service.find_request(session, me, request_id)
        policy = policy_of(row.asker_kind)
        return render_template(
            "frontdesk/request.html",
            row=row,
            entry=register.entry_of(session, me, row),
            policy=policy,
            card=people.person_card(session, me, row.person_id),
            contents=holdings.contents_of_person(session, me, row.person_id),
            copies=copying.copy_lines(session, row),
            decisions=[(each.kind, each.reason, each.account.name, each.made_at) for each in row.decisions],
            may_decide=may_decide(asker_policies()[row.asker_kind], me, row.account_id),
            chosen=frozenset(request.args.getlist("page", int)),
        )


@blueprint.post("/requests/<int:request_id>/approve")
@acts.act
def request_approve(request_id: int) -> str:
    with frame.office().catalogue.write() as session:
        service.approve(session, frame.viewer(), request_id)
    flash(_("已批准。"), f"undo {url_for('frontdesk.request_reopen', request_id=request_id)}")
    return url_for("frontdesk.request_page", request_id=request_id)


@blueprint.post("/requests/<int:request_id>/refuse")
@acts.act
def request_refuse(request_id: int) -> str:
    with frame.office().catalogue.write() as session:
        service.refuse(session, frame.viewer(), request_id, acts.field("reason", required=False))
    flash(_("已登记为不予办理，理由已记下。"), f"undo {url_for('frontdesk.request_reopen', request_id=request_id)}")
    return url_for("frontdesk.request_page", request_id=request_id)


@blueprint.post("/requests/<int:request_id>/reopen")
@acts.act
def request_reopen(request_id: int) -> str:
    with frame.office().catalogue.write() as session:
        service.reopen(session, frame.viewer(), request_id)
    flash(_("已退回待审批。"), "done")
    return url_for("frontdesk.request_page", request_id=request_id)


@blueprint.post("/requests/<int:request_id>/finish")
@acts.act
def request_finish(request_id: int) -> str:
    with frame.office().catalogue.write() as session:
        service.finish(session, frame.viewer(), request_id)
    flash(_("已办结，记入利用登记簿。"), "done")
    return url_for("frontdesk.home")
