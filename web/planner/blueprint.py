"""The blueprint of the planner's desk."""

from __future__ import annotations

from web import frame

blueprint = frame.desk_blueprint("planner", "web.planner", "planner")
