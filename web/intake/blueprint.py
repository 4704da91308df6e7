"""The blueprint of intake."""

from __future__ import annotations

from web import frame

blueprint = frame.desk_blueprint("intake", "web.intake", "clerk")
