"""The blueprint of pictures of names: for clerks and for the front desk."""

from __future__ import annotations

from web import frame

blueprint = frame.desk_blueprint("names", "web.names", None)
