"""The clerk's desk: batches, dossiers, pages."""

from flask_babel import lazy_gettext as _l

from web.clerk import dossier, lists, page_views, repair, viewer
from web.clerk.blueprint import blueprint
from web.frame import Desk, RailEntry

desk = Desk(
    code="clerk",
    label=_l("档案整理"),
    home="clerk.batches_page",
    entries=(
        RailEntry(_l("移交批次"), "clerk.batches_page", ("clerk.batch_page", "clerk.cause_page")),
        RailEntry(_l("全部档案"), "clerk.dossiers_page", ("clerk.dossier", "clerk.viewer", "clerk.split")),
    ),
)

__all__ = ["blueprint", "desk", "dossier", "lists", "page_views", "repair", "viewer"]
