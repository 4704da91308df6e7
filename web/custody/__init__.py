"""保管: what an administrator looks after: the state of the store, the three copies, holds."""

from flask_babel import lazy_gettext as _l

from web.custody import copies, holds, store
from web.custody.blueprint import blueprint
from web.frame import Desk, RailEntry

desk = Desk(
    code="admin",
    label=_l("保管"),
    home="custody.store_page",
    entries=(
        RailEntry(_l("存储状态"), "custody.store_page"),
        RailEntry(_l("三份保存"), "custody.copies_page"),
        RailEntry(_l("保全冻结"), "custody.holds_page"),
    ),
)

__all__ = ["blueprint", "copies", "desk", "holds", "store"]
