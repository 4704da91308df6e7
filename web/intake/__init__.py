"""Intake on the clerk's desk: files uploaded to a batch, the matching desk, the arranging of pages."""

from web.intake import arrange, match, parts, uploads
from web.intake.blueprint import blueprint

__all__ = ["arrange", "blueprint", "match", "parts", "uploads"]
