"""What a scanner lets one choose, as `scanimage --all-options` prints it: pure, no scanner is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# `    --mode Gray|Color [Gray]`, `    -x 0..200mm (in steps of 1) [80]`, `    --preview[=(yes|no)] [no] [advanced]`
_OPTION = re.compile(r" {4}(?P<flag>--?[A-Za-z][A-Za-z0-9-]*)(?P<choice>[^A-Za-z0-9-].*)?")
_STATES = re.compile(r"(?: \[[^\[\]]*\])+$")
_STEPS = re.compile(r" \(in steps of [^()]*\)$")
_UNIT = re.compile(r"(?<=[0-9])(?:dpi|mm|pel|us|bit|%)$")
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_SPAN = re.compile(rf"(?P<least>{_NUMBER})\.\.(?P<most>{_NUMBER})")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: the words or numbers to choose among, or the span (least, most) of a number; neither is text of any kind.

    One that is not active can be set once another one is: the glass has no paper tray until the feeder is chosen.
    """

    values: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    active: bool = True

    def allows(self, number: float) -> bool:
        if self.span is not None:
            return self.span[0] <= number <= self.span[1]
        return number in _numbers(self.values)

    @property
    def told(self) -> str:
        """For a message: `200, 300` or `50–600`."""
        return f"{self.span[0]:g}–{self.span[1]:g}" if self.span is not None else ", ".join(self.values)


def read_options(text: str) -> dict[str, Option]:
    """Options that can be set, by flag (`--mode`, `-x`). Lines of any other form, as buttons, are passed over."""
    found: dict[str, Option] = {}
    for line in text.splitlines():
        match = _OPTION.fullmatch(line.rstrip())
        if match is None:
            continue
        choice = match["choice"] or ""
        states = _STATES.search(choice)
        if states is not None:
            found[match["flag"]] = _option(choice[: states.start()].strip(), "[inactive]" not in states[0])
    return found


def word_like(options: Mapping[str, Option], flag: str, pattern: str, but: str = r"(?!)") -> str | None:
    """The first word of the option that `pattern` is found in and `but` is not, whatever its case: devices name things as they like."""
    words = options[flag].values if flag in options else ()
    return next(
        (each for each in words if re.search(pattern, each, re.IGNORECASE) and not re.search(but, each, re.IGNORECASE)),
        None,
    )


def _option(choice: str, active: bool) -> Option:
    if choice.startswith("[="):
        choice = choice[2:].strip("()] ")
    choice = _UNIT.sub("", _STEPS.sub("", choice))
    span = _SPAN.fullmatch(choice)
    if span is not None:
        return Option(span=(float(span["least"]), float(span["most"])), active=active)
    # `<int>`, and tables of numbers: `0..255,...`
    values = () if choice.startswith("<") or choice.endswith(",...") or not choice else tuple(choice.split("|"))
    return Option(values, active=active)


def _numbers(values: tuple[str, ...]) -> set[float]:
    return {float(each) for each in values if re.fullmatch(_NUMBER, each)}
