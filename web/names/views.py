"""The picture of a name, cut when it is asked for. Each showing leaves a line in the audit trail."""

from __future__ import annotations

from flask import Response, make_response, request

from archive import name_images
from base.errors import InputError
from ingest import name_pictures
from web import frame
from web.names.blueprint import blueprint


@blueprint.get("/<int:image_id>")
def picture(image_id: int) -> Response:
    """JPEG. The browser asks each time whether it may show it again, so that every showing is known."""
    me, office = frame.viewer(), frame.office()
    with office.catalogue.read() as session:
        cut = name_images.cut(session, me, image_id)
    mark = name_pictures.etag(cut)
    if request.if_none_match.contains(mark):
        response = Response(status=304)
    else:
        try:
            response = Response(name_pictures.name_picture(office.store, cut), content_type="image/jpeg")
        except InputError as error:
            # The page is damaged: the name stands without its picture.
            return make_response(error.text(frame.language()), 422, {"Content-Type": "text/plain; charset=utf-8"})
    with office.catalogue.write() as session:
        name_images.record_view(session, me, image_id)
    response.set_etag(mark)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.app_template_global("name_image_of")
def name_image_of(person_id: int | None) -> int | None:
    """The picture that stands beside a person's name; None for none."""
    if person_id is None:
        return None
    with frame.office().catalogue.read() as session:
        return name_images.shown(session, frame.viewer(), [person_id]).get(person_id)
