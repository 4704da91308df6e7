"""The blueprint of the front desk, and what all its templates know."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from base.messages import message
from frontdesk.policy import asker_policies, class_name_code, purposes
from frontdesk.register import purpose_words
from web import frame

blueprint = frame.desk_blueprint("frontdesk", "web.frontdesk", "frontdesk")


def zone() -> ZoneInfo:
    return ZoneInfo(frame.office().settings.time_zone)


def desk_text(code: str) -> str:
    """A text of the message catalogue in the account's language."""
    return message(f"frontdesk.{code}", frame.language())


@blueprint.context_processor
def _values() -> dict[str, Any]:
    return {
        "desk_text": desk_text,
        "policies": list(asker_policies().values()),
        "purposes": purposes(),
        "purpose_text": lambda purpose: purpose_words(purpose, frame.language()),
        "class_name": lambda code: message(class_name_code(code), frame.language()),
    }
