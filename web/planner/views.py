"""Sites, and the plan: the form is the address, so that an answer can be kept, sent and gone back to."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from base.errors import InputError, JuanzongError
from standards.norms import DEFAULT_NORM, norms
from storage_planner import sites as service
from storage_planner.page import PlanPage, norm_choices, plan_page, shelf_choices
from storage_planner.plan import make_plan
from storage_planner.read import MAX_BYTES, PlanInputError, form_values, plan_input, plan_values
from storage_planner.write import form_fields, plan_toml
from web import acts, frame
from web.planner.blueprint import blueprint

_START = {"stock.yearly_growth": "0", "stock.years": "10", "norm.id": DEFAULT_NORM}


@blueprint.get("/")
def sites() -> str:
    with frame.office().catalogue.read() as session:
        after = request.args.get("after", None, int)
        lines, last = service.list_sites(session, frame.viewer(), after=after)
    following = url_for("planner.sites", after=last) if last else None
    first = url_for("planner.sites") if after is not None else None
    return render_template("planner/sites.html", lines=lines, following=following, first=first)


@blueprint.get("/plan")
def plan() -> Any:
    """The empty form, or the form with its answer where a stock is given."""
    fields = request.args.to_dict()
    asked = any(name.startswith("stock.") for name in fields)
    return _plan(fields if asked else _START, asked=asked, site_id=None, name="")


@blueprint.get("/sites/<int:site_id>")
def site(site_id: int) -> Any:
    """The plan of a site; fields in the address are tried out and not yet kept."""
    with frame.office().catalogue.read() as session:
        row = service.find_site(session, frame.viewer(), site_id)
    fields = request.args.to_dict() or form_fields(row.plan)
    return _plan(fields, asked=True, site_id=site_id, name=row.name)


def _plan(fields: dict[str, str], *, asked: bool, site_id: int | None, name: str) -> Any:
    page: PlanPage | None = None
    error: JuanzongError | None = None
    if asked:
        try:
            page = plan_page(make_plan(plan_input(form_values(fields))), frame.language())
        except PlanInputError as wrong:
            error = wrong
    shown = render_template(
        "planner/plan.html",
        fields=fields,
        page=page,
        chart=Markup(page.chart_svg) if page else "",  # noqa: S704 - drawn by us, its texts escaped there
        error=error.text(frame.language()) if error else "",
        error_field=getattr(error, "key", None) or "",
        norms=[(choice, norms()[choice.id]) for choice in norm_choices(frame.language())],
        shelves=shelf_choices(frame.language()),
        site_id=site_id,
        name=name,
    )
    return (shown, 400) if error else shown


@blueprint.get("/plan.toml")
def plan_file() -> Response:
    """The plan as the file that `juanzong plan` reads."""
    values = form_values(request.args)
    plan_input(values)
    answer = make_response(plan_toml(values))
    answer.mimetype = "application/toml"
    answer.headers["Content-Disposition"] = "attachment; filename=plan.toml"
    return answer


@blueprint.post("/plan/upload")
@acts.act
def upload() -> str:
    """A file as `juanzong plan` reads it becomes the form; what is wrong in it is named."""
    file = request.files.get("file")
    data = file.stream.read(MAX_BYTES + 1) if file else b""
    if file is None or not data:
        raise InputError("form.missing", field=_("测算文件"))
    values = plan_values(data, file.filename or "plan.toml")
    plan_input(values, file.filename or "plan.toml")
    fields: dict[str, Any] = {**form_fields(values)}
    return url_for("planner.plan", **fields)


@blueprint.post("/sites")
@acts.act
def site_save() -> str:
    values = form_values(request.form)
    site_id = request.form.get("site_id", None, int)
    with frame.office().catalogue.write() as session:
        service.save_site(session, frame.viewer(), site_id, request.form.get("name", ""), values)
    flash(_("已保存。"), "done")
    return url_for("planner.sites")


@blueprint.post("/sites/<int:site_id>/remove")
@acts.act
def site_remove(site_id: int) -> str:
    with frame.office().catalogue.write() as session:
        service.remove_site(session, frame.viewer(), site_id)
    flash(_("已从列表中去掉。"), f"undo {url_for('planner.site_restore', site_id=site_id)}")
    return url_for("planner.sites")


@blueprint.post("/sites/<int:site_id>/restore")
@acts.act
def site_restore(site_id: int) -> str:
    with frame.office().catalogue.write() as session:
        service.restore_site(session, frame.viewer(), site_id)
    flash(_("已恢复。"), "done")
    return url_for("planner.sites")


@blueprint.get("/plan/upload")
def upload_again() -> Response:
    """A browser that reloads after an upload comes here."""
    return make_response(redirect(url_for("planner.plan")))
