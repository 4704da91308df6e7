"""What a person asks of a scanner, in words that hold for all of them, put into the words of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from base.errors import InputError
from ingest.scanner.options import Option, word_like

Mode = Literal["color", "gray", "lineart"]
Source = Literal["feeder", "duplex", "glass"]
Paper = Literal["a3", "a4", "a5", "b5", "full"]
Format = Literal["tiff", "jpeg"]
MODES: tuple[Mode, ...] = get_args(Mode)
SOURCES: tuple[Source, ...] = get_args(Source)
PAPERS: tuple[Paper, ...] = get_args(Paper)

# Millimetres; ISO 216.
_SIZES = {"a3": (297.0, 420.0), "a4": (210.0, 297.0), "a5": (148.0, 210.0), "b5": (176.0, 250.0)}
# A device that calls its glass 209.9 mm wide takes an A4 sheet.
_SLACK_MM = 1.0
_MODE_WORDS = {"color": r"colou?r", "gray": r"gr[ae]y", "lineart": r"line ?art|black|binary|monochrome"}
_DUPLEX, _FEEDER, _GLASS = r"duplex|both sides", r"adf|feeder|duplex", r"flatbed|glass|platen|document table"


@dataclass(frozen=True, slots=True)
class Wish:
    """One stack. Colour and 300 dpi unless said otherwise: DA/T 31-2017 §9.3 (colour preferred), §9.4 (300 dpi for small or
    faint text). `source` None is the feeder where there is one; `pages` None is all that lie in it. `settings` are options of
    the device itself, without dashes.
    """

    resolution: int = 300
    mode: Mode = "color"
    source: Source | None = None
    paper: Paper = "a4"
    format: Format = "tiff"
    pages: int | None = None
    settings: tuple[tuple[str, str], ...] = ()


def arguments(options: Mapping[str, Option], wish: Wish, device: str) -> list[str]:
    """For `scanimage`. InputError where this device cannot do it, naming what it can: `scanner.no-source`, `scanner.no-mode`,
    `scanner.no-resolution`, `scanner.paper-too-large`, `scanner.no-setting`, `scanner.one-on-glass`, `scanner.lineart-jpeg`."""
    if wish.mode == "lineart" and wish.format == "jpeg":
        raise InputError("scanner.lineart-jpeg", path=device)
    active = {flag: option for flag, option in options.items() if option.active}
    source, from_feeder = _source(active, wish, device)
    return [
        *source,
        *_mode(active, wish, device),
        *_resolution(active, wish, device),
        *_area(active, wish, device),
        *_settings(options, wish, device),
        *_count(wish, from_feeder, device),
    ]


def _source(options: Mapping[str, Option], wish: Wish, device: str) -> tuple[list[str], bool]:
    """And whether sheets come out of a feeder."""
    feeder, duplex = word_like(options, "--source", _FEEDER, _DUPLEX), word_like(options, "--source", _DUPLEX)
    glass = word_like(options, "--source", _GLASS)
    if wish.source is None:
        word = feeder or glass
        return ([f"--source={word}"] if word else []), feeder is not None
    word = {"feeder": feeder, "duplex": duplex, "glass": glass}[wish.source]
    if word is None:
        raise InputError("scanner.no-source", path=device, wished=wish.source, known=_told(options, "--source"))
    return [f"--source={word}"], wish.source != "glass"


def _mode(options: Mapping[str, Option], wish: Wish, device: str) -> list[str]:
    if "--mode" not in options:
        return []
    word = word_like(options, "--mode", _MODE_WORDS[wish.mode])
    if word is None:
        raise InputError("scanner.no-mode", path=device, wished=wish.mode, known=_told(options, "--mode"))
    return [f"--mode={word}"]


def _resolution(options: Mapping[str, Option], wish: Wish, device: str) -> list[str]:
    found = options.get("--resolution")
    if found is None:
        return []
    if not found.allows(wish.resolution):
        raise InputError("scanner.no-resolution", path=device, wished=wish.resolution, known=found.told)
    return [f"--resolution={wish.resolution}"]


def _area(options: Mapping[str, Option], wish: Wish, device: str) -> list[str]:
    """From the corner where the device begins to count. What would be cut off is refused, not lost."""
    across, down = options.get("-x", Option()).span, options.get("-y", Option()).span
    if across is None or down is None:
        return []
    wide, high = _SIZES.get(wish.paper, (across[1], down[1]))
    if wide > across[1] + _SLACK_MM or high > down[1] + _SLACK_MM:
        most = f"{across[1]:g} × {down[1]:g} mm"
        raise InputError("scanner.paper-too-large", path=device, paper=wish.paper.upper(), most=most)
    return ["-l", "0", "-t", "0", "-x", f"{min(wide, across[1]):g}", "-y", f"{min(high, down[1]):g}"]


def _settings(options: Mapping[str, Option], wish: Wish, device: str) -> list[str]:
    for name, _ in wish.settings:
        if f"--{name}" not in options:
            raise InputError("scanner.no-setting", path=device, wished=name, known=", ".join(sorted(options)))
    return [f"--{name}={value}" for name, value in wish.settings]


def _count(wish: Wish, from_feeder: bool, device: str) -> list[str]:
    """A glass never runs empty: without a number the same sheet would be scanned for ever."""
    if not from_feeder and (wish.pages or 1) > 1:
        raise InputError("scanner.one-on-glass", path=device)
    pages = wish.pages if from_feeder else 1
    return [] if pages is None else [f"--batch-count={pages}"]


def _told(options: Mapping[str, Option], flag: str) -> str:
    return (options[flag].told if flag in options else "") or "—"
