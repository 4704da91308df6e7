"""The units of systemd call verbs that there are, with options that they have; each timer starts a unit that ends by itself."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from pathlib import Path

import pytest
import typer

from cli.main import application

_UNITS = Path(__file__).parents[2] / "deploy" / "systemd"


def read(name: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read_string((_UNITS / name).read_text("utf-8"))
    return parser


@pytest.mark.parametrize("unit", sorted(path.name for path in _UNITS.glob("*.service")))
def test_a_unit_calls_a_verb_as_it_is(unit: str) -> None:
    verb, *options = read(unit)["Service"]["ExecStart"].removeprefix("/opt/juanzong/.venv/bin/juanzong ").split()
    command = typer.main.get_command(application(verb))
    context = command.make_context("juanzong", [verb, *options], resilient_parsing=False)
    found = command.get_command(context, verb)  # type: ignore[attr-defined]
    found.make_context(verb, options, parent=context)  # an option that it does not have is refused here


@pytest.mark.parametrize("timer", sorted(path.name for path in _UNITS.glob("*.timer")))
def test_a_timer_starts_what_ends_by_itself_and_catches_up(timer: str) -> None:
    service = read(timer.replace(".timer", ".service"))
    assert service["Service"]["Type"] == "oneshot"
    assert read(timer)["Timer"]["Persistent"] == "yes"


def test_the_nightly_reading_keeps_a_rate_and_ends_before_the_day() -> None:
    """A whole walk at full speed every night would take the disk from everybody and never end in a large office."""
    said = re.fullmatch(r".* fixity --minutes (\d+)", read("juanzong-fixity.service")["Service"]["ExecStart"])
    assert said is not None
    assert 0 < int(said[1]) <= 6 * 60
