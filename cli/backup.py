"""`juanzong backup` and `restore`: all of an office onto a disk, and back into an empty place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, print_json, say
from cli.office import me, opened
from ingest.custody.backup import back_up
from ingest.custody.fsck import fsck
from ingest.custody.restore import restore as bring_back
from ingest.custody.vault import Vault


def backup(
    folder: Annotated[
        Path, typer.Argument(help="备份目录,最好在另一块硬盘上 / folder of the backups, on another disk")
    ],
    list_only: Annotated[
        bool, typer.Option("--list", help="只列出已有的备份 / list the snapshots that are there")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """备份目录数据库和全部对象;已有的不重复写,中断后再运行即可接着做 / catalogue and objects; only what is new is written."""
    if list_only:
        return _list(Vault.open(folder, load_settings(data_dir)), as_json)
    with opened(data_dir) as office, Bar() as bar:
        done = back_up(office, folder, me(), bar)
    if as_json:
        print_json(done.as_json())
    else:
        say("backup.done", snapshot=done.snapshot, objects=done.objects, new=done.new)
        if not done.whole:
            say("backup.not-whole", count=len(done.bad) + len(done.could_not_check))
    return 0 if done.whole else 1


def _list(vault: Vault, as_json: bool) -> int:
    names = vault.names()
    if as_json:
        print_json({"snapshots": [vault.snapshot(name).as_json() for name in names]})
    else:
        for name in names:
            found = vault.snapshot(name)
            say("backup.listed", snapshot=name, objects=found.objects, missing=len(found.missing))
    return 0


def restore(
    folder: Annotated[Path, typer.Argument(help="备份目录 / folder of the backups")],
    at: Annotated[
        str,
        typer.Option("--at", metavar="NAME", help="用哪一次备份,默认最近一次 / which snapshot; the newest by default"),
    ] = "",
    full: Annotated[
        bool, typer.Option("--full", help="恢复后再逐个读出核对 / read every object once more at the end")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """把备份恢复到空的数据目录、数据库和对象库,并核对;不覆盖任何内容 / into an empty place, then checked; nothing is written over."""
    settings = load_settings(data_dir)
    with Bar() as bar:
        done = bring_back(settings, folder, me(), name=at, progress=bar)
        # Each object was read back as it was written: by default it is enough to see that none lacks.
        with opened(data_dir) as office:
            report = fsck(office, full=full, index=False, progress=bar)
    if as_json:
        print_json(done.as_json() | {"fsck": report.as_json()})
    else:
        say("restore.done", snapshot=done.snapshot, objects=done.objects, path=data_dir)
        if not report.clean:
            say("restore.not-whole", count=len(report.bad) + len(report.could_not_check))
    return 0 if report.clean and not done.bad else 1
