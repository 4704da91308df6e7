"""Sign-in, the account's own settings, and the door to its first desk."""

from web.account.views import blueprint, start

__all__ = ["blueprint", "start"]
