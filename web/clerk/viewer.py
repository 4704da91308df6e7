"""The page viewer: one page with its findings, its words and its history, and the images themselves."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from archive import page_work, viewing
from base.errors import AccessError, InputError
from ingest import correction_desk
from web import frame, security, words
from web.clerk import pictures
from web.clerk.blueprint import blueprint
from web.clerk.hits import Hits, hits_here


@blueprint.get("/pages/<int:page_id>")
def viewer_page(page_id: int) -> str:
    """Shows one page, and leaves a line in the audit trail."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.read() as session:
        seen = viewing.see_page(session, me, page_id)
        strip = viewing.strip(session, me, seen.head.id)
        text = correction_desk.page_text(office, session, seen.current.id) if seen.current else None
    with office.catalogue.write() as session:
        viewing.record_view(session, me, page_id)
        # What a person looks at is read before all that waits.
        page_work.hurry_page(session, me, page_id)
    reading = text.reading.as_json() if text else None
    hits = hits_here(page_id, text.reading if text else None)
    return render_template(
        "clerk/viewer.html",
        seen=seen,
        strip=strip,
        reading=reading,
        settled=text.settled if text else {},
        hits=hits,
        data=_data(seen, strip, reading, hits),
        around=_around(seen, strip),
    )


def _data(
    seen: viewing.PageSeen, strip: list[viewing.Thumb], reading: dict[str, Any] | None, hits: Hits | None
) -> dict[str, Any]:
    """What the viewer's script needs: images, lines with boxes, findings with theirs, where to go next."""
    shown = [image for image in seen.images if image.state in ("current", "linked", "proposed")]
    order = {"current": 0, "linked": 1, "proposed": 2}
    return {
        "images": [
            {
                "id": image.id,
                "label": words.image_name(image),
                "current": image.state == "current",
                # What a repair made stands upright already.
                "rotation": 0 if image.origin == "ours" or reading is None else reading["rotation"],
                "width": image.width,
                "height": image.height,
                "view": page_address(seen.page_id, "view", image.id),
                "full": page_address(seen.page_id, "full", image.id),
            }
            for image in sorted(shown, key=lambda image: order[image.state])
        ],
        "lines": reading["lines"] if reading else [],
        "findings": [
            {"id": each.id, "verdict": each.verdict, "boxes": each.params.get("boxes") or []} for each in seen.findings
        ],
        "hits": hits.places if hits else None,
        "finding": request.args.get("finding", None, int),
        "place": _place(request.args.get("place", "")),
        **_around(seen, strip),
    }


def _place(text: str) -> list[list[int]] | None:
    """`left,top,right,bottom` in pixels of the stored image as four corners; None for anything else."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
        return None
    left, top, right, bottom = (int(part) for part in parts)
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


@blueprint.app_template_global("page_picture")
def page_address(page_id: int, size: str, version: int) -> str:
    """The address of one image of a page: its bytes never change, so the browser may keep them for the session."""
    return url_for("clerk.image", page_id=page_id, size=size, version=version, of=security.picture_mark())


def _around(seen: viewing.PageSeen, strip: list[viewing.Thumb]) -> dict[str, Any]:
    """The neighbours, and the nearest pages with findings before and after."""
    index = seen.number - 1
    troubled = [thumb for thumb in strip if thumb.verdict not in (None, "pass")]

    def page(thumb: viewing.Thumb | None, **arguments: Any) -> str | None:
        return url_for("clerk.viewer_page", page_id=thumb.page_id, **arguments) if thumb else None

    def at(place: int) -> viewing.Thumb | None:
        return strip[place] if seen.number and 0 <= place < len(strip) else None

    after = next((thumb for thumb in troubled if thumb.number > seen.number), None)
    before = next((thumb for thumb in reversed(troubled) if thumb.number < seen.number), None)
    following = at(index + 1)
    return {
        "previous": page(at(index - 1)),
        "next": page(following),
        "next_finding": page(after, finding=0),
        "previous_finding": page(before, finding=0),
        "preload": page_address(following.page_id, "view", following.version_id)
        if following and following.version_id
        else None,
    }


@blueprint.get("/pages/<int:page_id>/image")
def image(page_id: int) -> Any:
    """`size`: thumb, view or full."""
    size = request.args.get("size", "view")
    if size not in pictures.SIZES:
        raise AccessError("not-found")
    with frame.office().catalogue.read() as session:
        stored = viewing.stored_image(session, frame.viewer(), page_id, request.args.get("version", None, int))
    etag = pictures.etag(stored, size)
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        try:
            data, media_type = pictures.picture(frame.office().store, stored, size)
        except InputError as error:
            # The page is damaged: the viewer says so in words beside the place of the image.
            return make_response(error.text(frame.language()), 422, {"Content-Type": "text/plain; charset=utf-8"})
        response = Response(data, content_type=media_type)
    response.set_etag(etag)
    security.keep_picture(response)
    return response
