"""`juanzong fixity`: objects that are due are read again at the set rate; each run goes on where the last one stopped."""

from __future__ import annotations

import threading
import time
from typing import Annotated

import typer

from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, print_json, say, stopped_by_signals
from cli.fsck import tell_problems, told_report
from cli.office import opened
from ingest.custody.fixity import read_due


def fixity(
    minutes: Annotated[
        int,
        typer.Option(
            "--minutes", min=0, help="最多读多少分钟;0 读到没有到期的为止 / at most so long; 0: all that is due"
        ),
    ] = 0,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """按设置的速度读出到期的对象并核对,下次接着读;不修改任何内容 / read what is due, at the set rate; the next run goes on."""
    told, end = threading.Event(), time.monotonic() + minutes * 60
    with opened(data_dir) as office, stopped_by_signals(told), Bar() as bar:
        report, due = read_due(office, bar, lambda: told.is_set() or (minutes > 0 and time.monotonic() >= end))
    if as_json:
        print_json({**told_report(report), "due": due})
    else:
        tell_problems(report)
        say("fixity.left", count=due)
    return 0 if report.clean else 1
