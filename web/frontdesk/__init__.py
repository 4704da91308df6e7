"""The front desk: find a person, register a request, decide it, hand out a certified copy, keep the register."""

from flask_babel import lazy_gettext as _l

from web.frame import Desk, RailEntry
from web.frontdesk import copies, counter, register, requests
from web.frontdesk.blueprint import blueprint

desk = Desk(
    code="frontdesk",
    label=_l("利用窗口"),
    home="frontdesk.home",
    entries=(
        RailEntry(
            _l("接待查档"),
            "frontdesk.home",
            ("frontdesk.find", "frontdesk.person", "frontdesk.request", "frontdesk.preview"),
        ),
        RailEntry(_l("利用登记簿"), "frontdesk.register"),
    ),
)

__all__ = ["blueprint", "copies", "counter", "desk", "register", "requests"]
