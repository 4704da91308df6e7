"""识别: how far a page's text is, shown while a person waits; a page that was set aside tried again; which reading counts."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, url_for
from flask_babel import gettext as _

from archive import page_work
from archive.page_work import PageAside, PageWork, ReadingLine
from ingest.choosing import choose_reading
from web import acts, frame
from web.clerk.blueprint import blueprint


@blueprint.get("/pages/<int:page_id>/reading")
def reading_progress(page_id: int) -> Any:
    """Asked for by the viewer while the page is not read."""
    work = page_work_of(page_id)
    return jsonify({"state": work.state, "finished": work.finished})


@blueprint.app_template_global("page_work")
def page_work_of(page_id: int) -> PageWork:
    with frame.office().catalogue.read() as session:
        return page_work.work_of_page(session, frame.viewer(), page_id)


@blueprint.app_template_global("page_readings")
def page_readings(page_id: int) -> list[ReadingLine]:
    with frame.office().catalogue.read() as session:
        return page_work.readings_of_page(session, frame.viewer(), page_id)


@blueprint.app_template_global("pages_aside")
def pages_aside(batch_id: int) -> list[PageAside]:
    with frame.office().catalogue.read() as session:
        return page_work.pages_aside(session, frame.viewer(), batch_id)


@blueprint.post("/pages/<int:page_id>/read-again")
@acts.act
def read_again(page_id: int) -> str:
    with frame.office().catalogue.write() as session:
        page_work.read_again(session, frame.viewer(), page_id)
    flash(_("重新识别这一页，排在最前面。"), "done")
    return url_for("clerk.viewer_page", page_id=page_id)


@blueprint.post("/batches/<int:batch_id>/read-again")
@acts.act
def read_batch_again(batch_id: int) -> str:
    with frame.office().catalogue.write() as session:
        count = page_work.read_batch_again(session, frame.viewer(), batch_id)
    flash(_("重新识别 %(n)s 页。", n=count), "done")
    return url_for("clerk.batch_page", batch_id=batch_id)


@blueprint.post("/readings/<int:reading_id>/choose")
@acts.act
def choose(reading_id: int) -> str:
    page_id = choose_reading(frame.office(), frame.viewer(), reading_id)
    flash(_("已改用这一份识别结果，检索和导出随后更新；另一份留存。"), "done")
    return url_for("clerk.viewer_page", page_id=page_id)
