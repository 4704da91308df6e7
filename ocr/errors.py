"""Failures of reading."""

from base.errors import JuanzongError


class OcrError(JuanzongError):
    """A page could not be read; its neighbours can."""
