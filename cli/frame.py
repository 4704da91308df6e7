"""What every verb shares: where the data folder is, which language to speak, how JSON leaves."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperCommand

from base.messages import Language, message

DataDir = Annotated[
    Path,
    typer.Option("--data-dir", envvar="JUANZONG_DATA_DIR", help="数据目录 / folder of catalogue, objects and index"),
]
AsJson = Annotated[bool, typer.Option("--json", help="一个 JSON 文档输出到标准输出 / one JSON document on stdout")]
DEFAULT_DATA_DIR = Path("juanzong-data")


def language() -> Language:
    """JUANZONG_LANG, otherwise the terminal's language, otherwise Chinese."""
    wished = os.environ.get("JUANZONG_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if wished.lower().startswith("en") else "zh_CN"


def say(code: str, **params: object) -> None:
    """One line for the person at the terminal, on stderr so that stdout stays the answer's."""
    sys.stderr.write(message(code, language(), **params) + "\n")


def wants_json(arguments: list[str]) -> bool:
    return "--json" in arguments


def print_json(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


@contextmanager
def stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """What is under way is finished first: what was done is never half told."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class AsTyped(TyperCommand):
    """A verb whose argument may begin with `-` and is taken as it is typed: `-职工 登记表`.

    An option begins with `--`: one that the verb does not know is refused as everywhere, unless it stands behind a lone `--`.
    """

    ignore_unknown_options = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        known = {name for each in self.get_params(ctx) for name in (*each.opts, *each.secondary_opts)}
        for name in (each.partition("=")[0] for each in takewhile(lambda each: each != "--", args)):
            if name.startswith("--") and name not in known:
                raise typer.TyperException(f"No such option: {name}")
        return super().parse_args(ctx, args)


class Bar:
    """A progress bar on stderr; silent where stderr is no terminal, but for one line a step when it is done."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self, name: str, done: int, total: int | None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(message(name, language()), total=total)
        self._bar.update(self._tasks[name], completed=done, total=total)
