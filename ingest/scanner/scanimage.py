"""The program `scanimage` of SANE: which scanners there are, what they can, and the sheets they scan."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from base.errors import ScannerError
from ingest.scanner.options import Option, read_options

_PROGRAM = "scanimage"
# Scanners of a network announce themselves within seconds; a lamp warms up in half a minute, an A3 sheet at 600 dpi takes one.
_ASK_S = 60.0
_SHEET_S = 180.0
_END_S = 10.0
# `SANE_Status`, which is the exit status too. 1 stands for anything that scanimage itself did not like.
_NO_PAPER = 7
_STATUS = {
    3: "scanner.busy", 6: "scanner.jammed", _NO_PAPER: "scanner.empty", 8: "scanner.open", 11: "scanner.denied",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """One scanner, by the name SANE knows it by."""

    name: str
    vendor: str
    model: str


def named(device: str) -> str:
    """As SANE names it: the address of an eSCL scanner (`http://10.1.2.3/eSCL`) becomes a device of sane-airscan."""
    return f"airscan:escl:eSCL:{device}" if device.startswith(("http://", "https://")) else device


def devices() -> list[Device]:
    """Scanners that are there now. ScannerError as of all here: `scanner.no-program`, `scanner.silent`, `scanner.failed`."""
    lines = _asked("--formatted-device-list=%d\t%v\t%m%n").splitlines()
    return [Device(*map(str.strip, parts)) for parts in (line.split("\t") for line in lines) if len(parts) == 3]


def options(device: str) -> dict[str, Option]:
    """What the device lets one choose. ScannerError: also `scanner.away` (no such device, or it does not answer)."""
    return read_options(_asked(f"--device-name={device}", "--all-options", device=device))


def sheets(device: str, arguments: Sequence[str], folder: Path) -> Generator[Path]:
    """TIFF files in `folder`, each as soon as it is whole, in the order of the sheets, until the feeder is empty or the number
    asked for is there. ScannerError behind the last whole sheet: `scanner.jammed`, `scanner.open`, `scanner.empty` (none at
    all), `scanner.busy`, `scanner.denied`, `scanner.silent`, `scanner.failed`. Who breaks off stops the scanner.
    """
    command = [
        _program(), f"--device-name={device}", *arguments, "--format=tiff", f"--batch={folder}/%06d.tif", "--batch-print",
    ]  # fmt: skip
    said = folder / "said"
    with (
        said.open("wb") as errors,
        subprocess.Popen(
            command, env=_english(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            # Ctrl-C reaches this process, which then stops the scanner in order; where this one is killed, the next sheet
            # finds its pipe closed.
            start_new_session=True,
        ) as running,
    ):  # fmt: skip
        is_empty = True
        try:
            for line in _lines(running, device):
                is_empty = False
                yield Path(line)
            status = running.wait(_SHEET_S)
        finally:
            _end(running)
    # A feeder that runs empty is the end of a stack for scanimage, also where there was none.
    if status != 0 or is_empty:
        raise _failure(status or _NO_PAPER, device, said.read_text("utf-8", "replace"))


def _asked(*arguments: str, device: str = _PROGRAM) -> str:
    try:
        done = subprocess.run(
            [_program(), *arguments], env=_english(), stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=_ASK_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ScannerError("scanner.silent", path=device, seconds=round(_ASK_S)) from error
    if done.returncode != 0:
        raise _failure(done.returncode, device, done.stderr.decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace")


def _program() -> str:
    found = shutil.which(_PROGRAM)
    if found is None:
        raise ScannerError("scanner.no-program", path=_PROGRAM)
    return found


def _english() -> dict[str, str]:
    """What it prints is read here."""
    return os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "C"}


def _lines(running: subprocess.Popen[bytes], device: str) -> Iterator[str]:
    """What it prints, a line as it comes; ScannerError `scanner.silent` where for too long none does."""
    assert running.stdout is not None  # noqa: S101 - a pipe was asked for
    told, end = b"", time.monotonic() + _SHEET_S
    while True:
        if not select.select([running.stdout], [], [], max(0.0, end - time.monotonic()))[0]:
            raise ScannerError("scanner.silent", path=device, seconds=round(_SHEET_S))
        read = os.read(running.stdout.fileno(), 4096)
        if not read:
            return
        *whole, told = (told + read).split(b"\n")
        for line in whole:
            yield os.fsdecode(line)
        # The time in which whoever takes the sheets was at work is not the scanner's.
        end = time.monotonic() + _SHEET_S


def _end(running: subprocess.Popen[bytes]) -> None:
    """SIGTERM lets it stop the scanner; a driver that hangs is killed."""
    running.terminate()
    with suppress(subprocess.TimeoutExpired):
        running.wait(_END_S)
    running.kill()


def _failure(status: int, device: str, said: str) -> ScannerError:
    code = _STATUS.get(status)
    if code is not None:
        return ScannerError(code, path=device)
    last = next((line for line in reversed(said.splitlines()) if line.startswith(_PROGRAM)), said.strip()[-200:])
    code = "scanner.away" if " open of device " in f" {last}" else "scanner.failed"
    return ScannerError(code, path=device, detail=last.removeprefix(f"{_PROGRAM}: ").strip() or f"status {status}")
