"""Logs: one event a line, in which nobody's name, number or file can stand, whatever is logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base import logs
from base.errors import InputError

_PERSON = ("张桂兰", "11010519491231002X", "张桂兰-0(1.jpg")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("json", "info")
    logs.event("job.failed", "error", job=7, kind="read", seconds=1.23456, code="ocr.garbage", batch=None)
    (line,) = _lines(capsys)
    assert line.pop("time").endswith("+00:00")
    assert line.pop("process") > 0
    assert line == {
        "level": "error", "event": "job.failed", "job": 7, "kind": "read", "seconds": 1.235, "code": "ocr.garbage",
        "batch": None,
    }  # fmt: skip


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("text", "warning")
    logs.event("request", "info", status=200)
    logs.event("request", "warning", status=500)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert " warning request " in told[0]
    assert told[0].endswith("status=500")


@pytest.mark.parametrize("person", _PERSON)
def test_a_value_that_is_no_word_of_ours_is_withheld(capsys: pytest.CaptureFixture[str], person: str) -> None:
    logs.start("json", "info")
    logs.event("job.failed", detail=person)
    (line,) = _lines(capsys)
    assert line["detail"] == logs.WITHHELD


@given(st.text(min_size=1))
def test_no_value_holds_a_letter_beyond_ascii_or_a_long_number(text: str) -> None:
    kept = str(logs._safe(text))
    assert kept.isascii()
    assert not any(part.isdigit() and len(part) > 6 for part in kept.split("."))


def test_what_others_log_is_kept_without_what_they_fill_in(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("json", "info")
    logging.getLogger("waitress").error("Exception while serving %s", _PERSON[2])
    logging.getLogger("web").error(f"Exception on /{_PERSON[0]} [GET]")
    first, second = _lines(capsys)
    assert first["pattern"] == "Exception while serving %s"
    assert second["pattern"] == logs.WITHHELD
    assert not any(person in str((first, second)) for person in _PERSON)


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_error_is_told_by_its_types_and_places(capsys: pytest.CaptureFixture[str], form: Any) -> None:
    logs.start(form, "info")
    try:
        try:
            open(_PERSON[2])  # noqa: PTH123, SIM115
        except OSError as error:
            raise InputError("path.unreadable", path=_PERSON[2], detail=_PERSON[0]) from error
    except InputError as error:
        logs.event("job.failed", "error", error=error)
    told = capsys.readouterr().err
    assert "InputError" in told
    assert "FileNotFoundError" in told
    assert "tests/base/test_logs.py" in told
    assert not any(person in told for person in _PERSON)
