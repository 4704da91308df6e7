"""One drawn unit at work: the page large, one key for each kind of defect, one key for the next unit."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive import dossiers, inspection, rework_views, unit_views, viewing
from standards.defects import defect_kinds
from web import acts, frame, words
from web.clerk.blueprint import blueprint
from web.clerk.inspection import inspection_text
from web.clerk.viewer import page_address


@blueprint.get("/units/<int:unit_id>")
def unit_page(unit_id: int) -> str:
    """Shows one page of a unit, and leaves a line in the audit trail."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.read() as session:
        row = inspection.find_unit(session, me, unit_id).round
        lot, count, is_open = row.lot, len(row.units), row.state == "inspecting"
        unit = unit_views.unit_line(session, me, unit_id)
        pages = unit_views.unit_pages(session, me, unit_id)
        page_id = request.args.get("page", pages[0] if pages else 0, int)
        seen = viewing.see_page(session, me, page_id) if page_id in pages else None
        strip = [thumb for thumb in viewing.strip(session, me, unit.dossier_id) if thumb.page_id in set(pages)]
        lines = {line.id: line for line in dossiers.materials_of(session, me, unit.dossier_id)}
        before = rework_views.reworked_before(session, me, unit_id)
        following = unit_views.next_unit(session, me, unit_id)
    if seen is not None:
        with office.catalogue.write() as session:
            viewing.record_view(session, me, page_id)
    reading = json.loads(office.store.read(seen.reading_key)) if seen and seen.reading_key else None
    place = pages.index(page_id) if page_id in pages else 0
    around = {
        "previous": url_for("clerk.unit_page", unit_id=unit_id, page=pages[place - 1]) if place > 0 else None,
        "next": url_for("clerk.unit_page", unit_id=unit_id, page=pages[place + 1]) if place + 1 < len(pages) else None,
    }
    return render_template(
        "clerk/unit.html",
        lot=lot,
        unit=unit,
        seen=seen,
        strip=strip,
        place=place,
        pages=pages,
        material=_material(lines, seen),
        before=before,
        following=following,
        kinds=defect_kinds().values(),
        open=is_open,
        count=count,
        marked={each.page_id for each in unit.defects},
        around=around,
        data=_data(seen, reading, around),
    )


def _material(lines: dict[int, Any], seen: viewing.PageSeen | None) -> Any:
    return lines.get(seen.material_id) if seen and seen.material_id else None


def _data(seen: viewing.PageSeen | None, reading: dict[str, Any] | None, around: dict[str, Any]) -> dict[str, Any]:
    """What the script needs: the images, the turn that makes them upright, the neighbours."""
    order = {"current": 0, "linked": 1}
    images = sorted((each for each in seen.images if each.state in order), key=lambda image: order[image.state]) if seen else []  # fmt: skip
    return {
        "images": [
            {
                "label": words.image_name(image),
                "width": image.width,
                "height": image.height,
                "view": page_address(seen.page_id, "view", image.id),
                "full": page_address(seen.page_id, "full", image.id),
            }
            for image in images
            if seen is not None
        ],
        "rotation": reading["rotation"] if reading else 0,
        **around,
    }


@blueprint.post("/units/<int:unit_id>/mark")
@acts.act
def unit_mark(unit_id: int) -> str:
    page = request.form.get("page", "")
    code = acts.field("code")
    with frame.office().catalogue.write() as session:
        defect_id = inspection.mark(
            session,
            frame.viewer(),
            unit_id,
            code,
            int(page) if page.isascii() and page.isdigit() else None,
            severity=acts.field("severity", required=False),
            note=acts.field("note", required=False, limit=inspection.MAX_NOTE),
        )
    told = _("已记下：%(defect)s", defect=inspection_text(f"defect.{code}"))
    flash(told, f"undo {url_for('clerk.unit_unmark', defect_id=defect_id)}")
    return acts.came_from()


@blueprint.post("/defects/<int:defect_id>/undo")
@acts.act
def unit_unmark(defect_id: int) -> str:
    with frame.office().catalogue.write() as session:
        inspection.unmark(session, frame.viewer(), defect_id)
    flash(_("已撤回这一处缺陷。"), "done")
    return acts.came_from()


@blueprint.post("/units/<int:unit_id>/finish")
@acts.act
def unit_finish(unit_id: int) -> str:
    """The unit is done; on to the next one, or back to the lot after the last."""
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        inspection.finish_unit(session, me, unit_id)
        following = unit_views.next_unit(session, me, unit_id)
        lot_id = inspection.find_unit(session, me, unit_id).round.lot_id
    if following is not None:
        return url_for("clerk.unit_page", unit_id=following)
    flash(_("抽出的都看完了。"), "done")
    return url_for("clerk.lot_page", lot_id=lot_id)
