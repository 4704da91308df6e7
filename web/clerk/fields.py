"""字段: the values of one page in the viewer, those of a dossier beside the paper; a person confirms, types, rejects, undoes."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from archive import field_views, page_fields, viewing
from web import acts, frame
from web.clerk import field_words
from web.clerk.blueprint import blueprint
from web.clerk.tabs import tab_values
from web.clerk.viewer import page_address


@blueprint.app_template_global("page_field_lines")
def page_field_lines(page_id: int) -> list[field_views.FieldLine]:
    """The values of a page, for the viewer's tab."""
    with frame.office().catalogue.read() as session:
        return field_views.fields_of_page(session, frame.viewer(), page_id)


@blueprint.get("/pages/<int:page_id>/fields")
def page_fields_list(page_id: int) -> str:
    """The viewer's tab alone, as it is after an act."""
    return _part("clerk/fields_page.html", page_id=page_id, lines=page_field_lines(page_id))


@blueprint.get("/dossiers/<int:dossier_id>/fields")
def dossier_fields(dossier_id: int) -> str:
    """All values of a dossier by field, each beside its paper."""
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        groups = field_views.fields_of_dossier(session, me, dossier_id, field_words.ORDER)
        values = {**tab_values(session, me, dossier_id), "groups": groups, "field_words": field_words}
    return render_template("clerk/fields.html", **values)


@blueprint.get("/dossiers/<int:dossier_id>/fields/list")
def dossier_fields_list(dossier_id: int) -> str:
    """The groups alone, as they are after an act."""
    with frame.office().catalogue.read() as session:
        groups = field_views.fields_of_dossier(session, frame.viewer(), dossier_id, field_words.ORDER)
    return _part("clerk/fields_groups.html", dossier_id=dossier_id, groups=groups)


@blueprint.get("/pages/<int:page_id>/sight")
def page_sight(page_id: int) -> Response:
    """What a screen needs to show a page's current image beside its values; leaves a line in the audit trail."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.read() as session:
        seen = viewing.see_page(session, me, page_id)
        rotation = field_views.rotation_of(session, page_id)
    with office.catalogue.write() as session:
        viewing.record_view(session, me, page_id)
    image = seen.current
    return jsonify(
        {
            "number": seen.number,
            "material": seen.material,
            "page": url_for("clerk.viewer_page", page_id=page_id),
            "image": None
            if image is None
            else {
                "id": image.id,
                "width": image.width,
                "height": image.height,
                "rotation": rotation,
                "view": page_address(page_id, "view", image.id),
                "full": page_address(page_id, "full", image.id),
            },
        }
    )


@blueprint.post("/fields/<int:field_id>/confirm")
@acts.act
def confirm_field(field_id: int) -> str:
    with frame.office().catalogue.write() as session:
        page_fields.confirm(session, frame.viewer(), field_id)
    return _back(field_id)


@blueprint.post("/fields/<int:field_id>/correct")
@acts.act
def correct_field(field_id: int) -> str:
    value = acts.field("value", required=False, limit=2000)
    with frame.office().catalogue.write() as session:
        page_fields.correct(session, frame.viewer(), field_id, value)
    return _back(field_id)


@blueprint.post("/fields/<int:field_id>/reject")
@acts.act
def reject_field(field_id: int) -> str:
    with frame.office().catalogue.write() as session:
        page_fields.reject(session, frame.viewer(), field_id)
    return _back(field_id)


@blueprint.post("/dossiers/<int:dossier_id>/fields/again")
@acts.act
def look_again(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        count = page_fields.look_again(session, frame.viewer(), dossier_id)
    flash(_("正在重新提取 %(n)s 页的字段，确认过的不变；过一会儿再打开这里看。", n=count), "done")
    return url_for("clerk.dossier_fields", dossier_id=dossier_id)


@blueprint.post("/field-acts/<int:act_id>/undo")
@acts.act
def undo_field(act_id: int) -> str:
    with frame.office().catalogue.write() as session:
        page_fields.undo(session, frame.viewer(), act_id)
    return acts.came_from()


def _back(field_id: int) -> str:
    """The list that the value stood in, which then offers to undo what was just said."""
    return f"{acts.came_from().partition('?')[0]}?acted={field_id}"


def _part(template: str, **values: Any) -> str:
    """A part of a page, with what there is to say above it."""
    return render_template(
        "clerk/fields_part.html",
        part=template,
        acted=request.args.get("acted", 0, int),
        field_words=field_words,
        **values,
    )


@blueprint.app_template_filter("differing")
def differing(text: str, read: str) -> Markup:
    """`text` with the characters that differ from what was read set in bold."""
    parts = [
        escape(char) if read[at : at + 1] == char else Markup("<b>{}</b>").format(char) for at, char in enumerate(text)
    ]
    return Markup("").join(parts)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"field_words": field_words}
