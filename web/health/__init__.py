"""What a monitor asks: is the process alive, can the office work, and its figures. No session, no personal data."""

from web.health.views import blueprint

__all__ = ["blueprint"]
