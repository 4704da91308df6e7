"""The blueprint of the clerk's desk."""

from __future__ import annotations

from web import frame

blueprint = frame.desk_blueprint("clerk", "web.clerk", "clerk")
