"""The search page, reached from the box in the top bar."""

from web.search import advanced, export, saved, suggest, views
from web.search.blueprint import blueprint

__all__ = ["advanced", "blueprint", "export", "saved", "suggest", "views"]
