"""The clerk's desk: batches, dossiers, pages."""

from flask_babel import lazy_gettext as _l

from web.clerk.views import blueprint
from web.frame import Desk, RailEntry

desk = Desk(
    code="clerk",
    label=_l("档案整理"),
    home="clerk.batches_page",
    entries=(RailEntry(_l("移交批次"), "clerk.batches_page", ("clerk.batch",)),),
)

__all__ = ["blueprint", "desk"]
