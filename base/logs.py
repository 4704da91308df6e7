"""Logs for whoever runs the machines: one event a line, as JSON or as plain text, and never a word about a person.

An event has a code and values that are numbers, or short words of our own (codes, kinds, states). What other libraries log is
kept as its pattern without what they would fill in, and an error as its type and the places it passed: the texts of both may
hold names, ID numbers, delivered file names.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Value = int | float | bool | str | None
Level = Literal["debug", "info", "warning", "error"]
WITHHELD = "(withheld)"
_LOGGER = logging.getLogger("juanzong")
_ROOT = Path(__file__).parents[1]
# Words of our own; no blank, no letter beyond ASCII, no number long enough to be somebody's.
_WORD = re.compile(r"(?!.*\d{7})[A-Za-z0-9_.:/-]{0,80}", re.ASCII)
_FRAMES = 12


def start(form: Literal["text", "json"], level: Level) -> None:
    """From now on this process logs to stderr in this form. Once a process; a later call takes the place of the earlier."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_AsJson() if form == "json" else _AsText())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)


def event(code: str, level: Level = "info", /, *, error: BaseException | None = None, **values: Value) -> None:
    """Logs an event of ours. A value that is no number and no word of ours is withheld, whoever hands it in."""
    told = {name: _safe(value) for name, value in values.items()}
    _LOGGER.log(logging.getLevelName(level.upper()), code, extra={"juanzong": told}, exc_info=error)


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_told(record), ensure_ascii=False)


class _AsText(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = _told(record)
        first = " ".join(str(told.pop(name)) for name in ("time", "level", "event"))
        return " ".join([first, *(f"{name}={value}" for name, value in told.items())])


def _told(record: logging.LogRecord) -> dict[str, object]:
    """What is said of a record, in the order of a line."""
    ours = getattr(record, "juanzong", None)
    told: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": record.msg if ours is not None else "log",
        "process": os.getpid(),
    }
    if ours is not None:
        told |= ours
    else:
        told |= {"logger": record.name, "at": f"{record.module}:{record.lineno}", "pattern": _pattern(record)}
    if record.exc_info and record.exc_info[1] is not None:
        told |= _error(record.exc_info[1])
    return told


def _pattern(record: logging.LogRecord) -> str:
    """The pattern of a message, not what is filled in; a message without one may be filled in already."""
    return str(record.msg) if record.args else WITHHELD


def _error(error: BaseException) -> dict[str, object]:
    """The types of an error and of what caused it, and the places it passed, innermost last."""
    kinds = [type(error).__name__]
    while (error_before := error.__cause__ or error.__context__) is not None and len(kinds) < _FRAMES:
        error = error_before
        kinds.append(type(error).__name__)
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {"error": kinds, "passed": [f"{_place(each.filename)}:{each.lineno} {each.name}" for each in frames]}


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


def _safe(value: Value) -> Value:
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) else WITHHELD
    if isinstance(value, float):
        return round(value, 3)
    return value if value is None or isinstance(value, int) else WITHHELD
