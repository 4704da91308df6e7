"""Which inference runtime this machine reads with: what the self-test chose, kept until processor or packages change.

Only values and one small file here; `ocr.self_test` measures. The file lies in the user's cache folder and not in an
office's data folder: the choice is the machine's, and a worker must know it before it opens an office.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# A change of the page, of the runtimes or of how they are judged makes what was kept worthless.
_FORMAT = 1
_HARDLY = 1.15
_PACKAGES = ("rapidocr", "openvino", "onnxruntime", "numpy")
_TELLING = (
    "avx2",
    "avx512f",
    "avx512_vnni",
    "avx_vnni",
    "avx512_bf16",
    "amx_bf16",
    "amx_int8",
    "asimd",
    "bf16",
    "i8mm",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One runtime on the known page: seconds a page, characters wrong, and why it cannot be used, or nothing."""

    runtime: str
    precision: str = ""
    seconds: float = 0.0
    errors: int = 0
    memory: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The runtime that `auto` stands for on this machine, and the trials it was chosen from."""

    runtime: str
    trials: tuple[Trial, ...]


def choose(trials: tuple[Trial, ...]) -> Choice | None:
    """The fastest of those that read the known page with the fewest faults; None where none reads.

    One named earlier wins over one that is hardly faster: a busy minute decides nothing.
    """
    usable = [trial for trial in trials if not trial.reason]
    if not usable:
        return None
    fewest = min(trial.errors for trial in usable)
    best = [trial for trial in usable if trial.errors == fewest]
    enough = _HARDLY * min(trial.seconds for trial in best)
    return Choice(next(trial.runtime for trial in best if trial.seconds <= enough), trials)


def kept() -> Choice | None:
    """What the last self-test chose; None where there was none on this processor with these packages."""
    try:
        value = json.loads(_file().read_text("utf-8"))
        if value["key"] != key():
            return None
        return Choice(str(value["runtime"]), tuple(Trial(**trial) for trial in value["trials"]))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None


def kept_choice() -> str | None:
    found = kept()
    return None if found is None else found.runtime


def keep(choice: Choice) -> bool:
    """Whether it could be kept: a machine without a home folder tests at each start."""
    value = {"key": key(), **asdict(choice)}
    try:
        file = _file()
        draft = file.with_suffix(f".{os.getpid()}")
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
        draft.replace(file)
    except (OSError, RuntimeError):
        return False
    return True


def key() -> dict[str, Any]:
    """What the choice stands on."""
    return {
        "format": _FORMAT,
        "processor": processor(),
        "features": features(),
        "packages": {name: package_version(name) for name in _PACKAGES},
    }


def package_version(name: str) -> str:
    """Empty where the package is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def processor() -> str:
    """Its name as the system tells it."""
    return _told("model name") or platform.processor() or platform.machine()


def features() -> list[str]:
    """What it can that decides how fast a page is read."""
    flags = (_told("flags") or _told("Features")).split()
    return [name for name in _TELLING if name in flags]


def _told(field: str) -> str:
    """The first such line of Linux's list of processors; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")


def _file() -> Path:
    """RuntimeError where the user has no home."""
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder) / "juanzong" / "runtime.json"
