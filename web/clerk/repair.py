"""修图: what a repair would do, before and after side by side; asked for one page or for all that can be mended; undone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import Response, flash, jsonify, make_response, render_template, url_for
from flask_babel import gettext as _

from archive import repairs, repairs_seen, viewing
from archive.repairs import Source
from archive.repairs_seen import RepairLine, RepairProgress
from base.errors import AccessError
from ingest.repair import Preview, preview
from ingest.repair.telling import from_json, told
from ingest.steps.facts import measures_of
from standards.profiles import load_profile
from web import acts, frame, security
from web.clerk.blueprint import blueprint

_KEPT = 6


@dataclass
class _Previews:
    """The last few previews, so that a page is decoded once for its words and its picture. Safe for threads."""

    lock: Lock = field(default_factory=Lock)
    made: OrderedDict[tuple[str, int, str], Preview] = field(default_factory=OrderedDict)

    def of(self, source: Source) -> Preview:
        profile = frame.office().settings.profile
        key = (source.sha256, source.frame, profile)
        with self.lock:
            known = self.made.get(key)
        if known is None:
            data = frame.office().store.read(source.object_key)
            known = preview(data, source.frame, measures_of(dict(source.measures)), load_profile(profile))
        with self.lock:
            self.made[key] = known
            self.made.move_to_end(key)
            while len(self.made) > _KEPT:
                self.made.popitem(last=False)
        return known


_previews = _Previews()


@blueprint.get("/pages/<int:page_id>/repair")
def repair_page(page_id: int) -> str:
    """Before and after, in pictures and words; nothing is changed by looking."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.read() as session:
        seen = viewing.see_page(session, me, page_id)
        source = repairs.look(session, me, page_id)
        lines = repairs_seen.repairs_of(session, me, page_id)
    with office.catalogue.write() as session:
        viewing.record_view(session, me, page_id)
    shown = _previews.of(source)
    return render_template("clerk/repair.html", seen=seen, source=source, plan=shown.repair, lines=lines)


@blueprint.get("/pages/<int:page_id>/repair/picture")
def repair_picture(page_id: int) -> Any:
    """How the page would look, as a reduced JPEG."""
    with frame.office().catalogue.read() as session:
        source = repairs.look(session, frame.viewer(), page_id)
    shown = _previews.of(source)
    if shown.picture is None:
        raise AccessError("not-found")
    response = make_response(Response(shown.picture, content_type="image/jpeg"))
    security.keep_picture(response)
    return response


@blueprint.post("/pages/<int:page_id>/repair")
@acts.act
def ask_repair(page_id: int) -> str:
    with frame.office().catalogue.write() as session:
        repairs.ask(session, frame.viewer(), page_id)
    flash(_("正在修图，几秒后可以看；原图不动。"), "done")
    return url_for("clerk.viewer_page", page_id=page_id)


@blueprint.post("/dossiers/<int:dossier_id>/repair")
@acts.act
def ask_repairs(dossier_id: int) -> str:
    with frame.office().catalogue.write() as session:
        count = repairs.ask_all(session, frame.viewer(), dossier_id)
    flash(_("开始修 %(n)s 页，可以先做别的；原图不动。", n=count), "done")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)


@blueprint.get("/dossiers/<int:dossier_id>/repair-progress")
def repair_progress(dossier_id: int) -> Any:
    with frame.office().catalogue.read() as session:
        return jsonify(repairs_seen.progress_of(session, frame.viewer(), dossier_id).as_json())


@dataclass(frozen=True, slots=True)
class DossierRepairs:
    """For the dossier's page: how many pages can be mended by a click, and how far the newest round is."""

    mendable: int
    progress: RepairProgress


@blueprint.app_template_global("dossier_repairs")
def dossier_repairs(dossier_id: int) -> DossierRepairs:
    with frame.office().catalogue.read() as session:
        return DossierRepairs(
            len(repairs_seen.repairable(session, dossier_id)),
            repairs_seen.progress_of(session, frame.viewer(), dossier_id),
        )


@blueprint.app_template_global("page_repairs")
def page_repairs(page_id: int) -> list[RepairLine]:
    """The requests for one page, the newest first."""
    with frame.office().catalogue.read() as session:
        return repairs_seen.repairs_of(session, frame.viewer(), page_id)


@blueprint.app_template_filter("notes_text")
def notes_text(notes: Iterable[Any]) -> str:
    """What a repair does or leaves, as one sentence: of a plan, or of a request as it is kept."""
    kept = list(notes)
    return told(from_json(kept) if kept and isinstance(kept[0], Mapping) else kept, frame.language())
