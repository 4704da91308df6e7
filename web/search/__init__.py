"""The search page, reached from the box in the top bar."""

from web.search import views
from web.search.blueprint import blueprint

__all__ = ["blueprint", "views"]
