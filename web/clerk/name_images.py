"""姓名图 in the viewer: a clerk frames a name that cannot be typed, writes the nearest reading, and can take it back."""

from __future__ import annotations

import json
import math

from flask import flash, url_for
from flask_babel import gettext as _

from archive import name_images
from base.errors import InputError
from web import acts, frame
from web.clerk.blueprint import blueprint

_CORNERS = 4


@blueprint.app_template_global("name_images_of_page")
def name_images_of_page(page_id: int) -> list[name_images.NameLine]:
    """The pictures of the name of the person whose dossier the page lies in."""
    with frame.office().catalogue.read() as session:
        return name_images.of_page(session, frame.viewer(), page_id)


@blueprint.post("/pages/<int:page_id>/name-image")
@acts.act
def keep_name_image(page_id: int) -> str:
    """`version`, `box` (four corners in pixels of the stored image, as JSON) and `reading`."""
    version, reading = acts.number("version"), acts.field("reading", required=False)
    with frame.office().catalogue.write() as session:
        row = name_images.keep(session, frame.viewer(), version, _corners(acts.field("box", required=False)), reading)
    flash(_("姓名图已留下，搜索时按写下的姓名也能找到。"), f"undo {url_for('clerk.withdraw_name_image', image_id=row)}")
    return url_for("clerk.viewer_page", page_id=page_id)


@blueprint.post("/name-images/<int:image_id>/withdraw")
@acts.act
def withdraw_name_image(image_id: int) -> str:
    with frame.office().catalogue.write() as session:
        name_images.withdraw(session, frame.viewer(), image_id)
    flash(_("姓名图已撤下，记录还在。"), f"undo {url_for('clerk.put_back_name_image', image_id=image_id)}")
    return acts.came_from()


@blueprint.post("/name-images/<int:image_id>/put-back")
@acts.act
def put_back_name_image(image_id: int) -> str:
    with frame.office().catalogue.write() as session:
        name_images.put_back(session, frame.viewer(), image_id)
    flash(_("姓名图又用上了。"), "done")
    return acts.came_from()


def _corners(text: str) -> list[tuple[float, float]]:
    """InputError `name-image.box` for anything but four points."""
    try:
        points = [(float(x), float(y)) for x, y in json.loads(text)]
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise InputError("name-image.box") from error
    if len(points) != _CORNERS or not all(math.isfinite(each) for point in points for each in point):
        raise InputError("name-image.box")
    return points
