"""The blueprint of the search page: for clerks and for the front desk."""

from __future__ import annotations

from web import frame

blueprint = frame.desk_blueprint("search", "web.search", None)
