"""Pages looked at, the preview that is the paper, the copy made and printed."""

from __future__ import annotations

import io

import numpy as np
from flask import Response, flash, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _

from archive.access import Viewer
from base.images import read_pixels
from base.views import VIEW_SIDE, reduced_jpeg
from frontdesk import copying, people
from frontdesk import requests as service
from printing.preview import draw_sheet
from web import acts, frame
from web.frontdesk.blueprint import blueprint

# The viewer of Chromium puts a PDF into an element of its own, which the policy of all other answers forbids.
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def _wanted() -> list[int]:
    return request.values.getlist("page", int)


@blueprint.get("/requests/<int:request_id>/pages/<int:page_id>.jpg")
def request_picture(request_id: int, page_id: int) -> Response:
    """A page as the desk looks at it while choosing, turned upright."""
    office = frame.office()
    image = copying.page_picture(office, frame.viewer(), request_id, page_id)
    pixels = read_pixels(office.store.read(image.object_key), "", image.frame)
    upright = np.ascontiguousarray(np.rot90(pixels, -(image.rotation // 90)))
    return _inline(reduced_jpeg(upright, VIEW_SIDE), "image/jpeg")


@blueprint.get("/requests/<int:request_id>/preview")
def preview(request_id: int) -> str:
    me, office, pages = frame.viewer(), frame.office(), _wanted()
    with office.catalogue.read() as session:
        row = service.find_request(session, me, request_id)
        chosen = copying.choose(office, session, me, request_id, pages)
        card = people.person_card(session, me, row.person_id)
    return render_template(
        "frontdesk/preview.html",
        row=row,
        card=card,
        pages=pages,
        document=chosen.document,
        sheets=copying.sheets_of(chosen.document),
    )


@blueprint.get("/requests/<int:request_id>/sheets/<int:sheet>.png")
def preview_sheet(request_id: int, sheet: int) -> Response:
    pdf = copying.preview_sheet(frame.office(), frame.viewer(), request_id, _wanted(), sheet)
    return _inline(draw_sheet(pdf), "image/png")


@blueprint.post("/requests/<int:request_id>/copies")
@acts.act
def copy_make(request_id: int) -> str:
    me: Viewer = frame.viewer()
    copying.make(frame.office(), me, request_id, _wanted())
    flash(_("复制件已制作，请打印。"), "done")
    return url_for("frontdesk.request_page", request_id=request_id, _anchor="copies")


@blueprint.get("/copies/<int:copy_id>.pdf")
def copy_pdf(copy_id: int) -> Response:
    """The copy as handed out, opened for printing; that is written to the trail page by page."""
    serial, stream = copying.open_copy(frame.office(), frame.viewer(), copy_id)
    answer = make_response(send_file(stream, mimetype="application/pdf", download_name=f"{serial}.pdf"))
    answer.headers["Content-Security-Policy"] = _PDF_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _inline(data: bytes, media_type: str) -> Response:
    answer = make_response(send_file(io.BytesIO(data), mimetype=media_type))
    answer.headers["Cache-Control"] = "no-store"
    return answer
