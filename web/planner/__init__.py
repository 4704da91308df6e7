"""The planner's desk: sites by the year they fill, and a plan with its answer, chart and table."""

from flask_babel import lazy_gettext as _l

from web.frame import Desk, RailEntry
from web.planner import views
from web.planner.blueprint import blueprint

desk = Desk(
    code="planner",
    label=_l("库房规划"),
    home="planner.sites",
    entries=(
        RailEntry(_l("各处库房"), "planner.sites", ("planner.site",)),
        RailEntry(_l("测算"), "planner.plan", ("planner.upload",)),
    ),
)

__all__ = ["blueprint", "desk", "views"]
