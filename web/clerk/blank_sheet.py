"""The contact sheet: all blank sides of one dossier looked at together and answered in one act."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive import blanks, viewing
from base.errors import InputError
from web import acts, frame
from web.clerk.blueprint import blueprint
from web.clerk.tabs import tab_values


@blueprint.get("/dossiers/<int:dossier_id>/blanks")
def dossier_blanks(dossier_id: int) -> str:
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        return render_template(
            "clerk/blanks.html",
            **tab_values(session, me, dossier_id),
            sides=blanks.blank_sides(session, me, dossier_id),
            checks=blanks.checks_of(session, me, dossier_id),
            numbers={thumb.page_id: thumb.number for thumb in viewing.strip(session, me, dossier_id)},
        )


@blueprint.post("/dossiers/<int:dossier_id>/blanks")
@acts.act
def answer_blanks(dossier_id: int) -> str:
    """`seen` are the images on the sheet, `written` those among them that are not blank."""
    with frame.office().catalogue.write() as session:
        check = blanks.answer(session, frame.viewer(), dossier_id, seen=_ids("seen"), written=_ids("written"))
    flash(_("空白页已确认，选出的几页按有字的页计。"), f"undo {url_for('clerk.undo_blanks', check_id=check)}")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)


@blueprint.post("/blanks/<int:check_id>/undo")
@acts.act
def undo_blanks(check_id: int) -> str:
    with frame.office().catalogue.write() as session:
        dossier_id = blanks.undo(session, frame.viewer(), check_id)
    flash(_("已撤销，这些页又等着确认。"), "done")
    return url_for("clerk.dossier_blanks", dossier_id=dossier_id)


def _ids(name: str) -> list[int]:
    """The ids of a field that comes once for each; InputError `blank.changed` for what is none."""
    values = request.form.getlist(name)
    if not all(value.isascii() and value.isdigit() and len(value) < 18 for value in values):
        raise InputError("blank.changed")
    return [int(value) for value in values]
