"""What can go wrong between a query and its answer."""

from __future__ import annotations

from base.errors import InputError


class QueryError(InputError):
    """A query that cannot be run as written: the text says which part and what to write instead."""
