"""`juanzong copies`: the second store and the packages on off-line disks: what they hold, written, verified."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from archive.custody import copies as held
from archive.custody.copies import Counts, PackageSeen
from archive.custody.due_copies import due_copies
from archive.office import Office
from base.clock import now
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json, say
from cli.office import me, opened
from ingest.custody.package import Packed, write_package
from ingest.custody.package_check import check_packages, told_together
from ingest.custody.second import Copied, copy_new, open_second, verify_second

copies = typer.Typer(
    help="三份保存:在线、近线、离线 / three copies: on line, near line, off line", no_args_is_help=True
)
_DISK = typer.Argument(help="离线硬盘的目录;不写则是第二份(近线) / folder of an off-line disk; none: the second store")
Disk = Annotated[Path | None, _DISK]


@copies.callback()
def _verbs() -> None:
    """三份保存:在线、近线、离线 / three copies."""


@copies.command("status")
def status(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """每份各有多少 / how many objects each copy holds."""
    with opened(data_dir) as office, office.catalogue.read() as session:
        counts, packages = held.counts(session), held.packages(session)
    has_second, days = bool(office.settings.second_store), office.settings.copies_days
    due = due_copies(counts, packages, second=has_second, days=days, at=now())
    if as_json:
        print_json({**_status(office, counts, packages), "due": [each.as_json() for each in due]})
    else:
        say("copies.status", objects=counts.objects, second=counts.second, offline=counts.offline, both=counts.both)
        for each in packages:
            say(f"copies.package-{each.state}", name=each.name, objects=each.objects)
        for todo in due:
            sys.stderr.write(todo.text(language()) + "\n")
    return 0


def _status(office: Office, counts: Counts, packages: list[PackageSeen]) -> dict[str, Any]:
    oldest = counts.oldest_second
    return {
        "objects": counts.objects,
        "bytes": counts.size,
        "all_three": counts.both,
        "second": {
            "store": office.settings.second_store, "objects": counts.second, "missing": counts.objects - counts.second,
            "oldest_verified": oldest.isoformat() if oldest else None,
        },
        "offline": {
            "objects": counts.offline, "missing": counts.objects - counts.offline,
            "packages": [_package(each) for each in packages],
        },
    }  # fmt: skip


def _package(seen: PackageSeen) -> dict[str, Any]:
    verified = seen.verified_at.isoformat() if seen.verified_at else None
    return {
        "name": seen.name, "state": seen.state, "objects": seen.objects, "bytes": seen.size,
        "manifest_sha256": seen.manifest_sha256, "made_at": seen.made_at.isoformat(), "verified_at": verified,
    }  # fmt: skip


@copies.command("write")
def write(
    disk: Disk = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="离线包包含全部对象,不只是新的 / every object, not only what lies in no package"),
    ] = False,
    create: Annotated[
        bool, typer.Option("--create", help="第二份还没有时新建 / make the second store where there is none yet")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """把新的对象写到第二份,或写成离线硬盘上的一个包 / bring what is new to the second store, or onto an off-line disk."""
    with opened(data_dir) as office, Bar() as bar:
        if disk is None:
            done: Copied | Packed = copy_new(office, open_second(office.settings, create=create), bar)
        else:
            done = write_package(office, disk, me(), bar, everything=everything)
    if as_json:
        print_json(done.as_json())
    elif isinstance(done, Packed):
        _tell_packed(done)
    else:
        say("copies.copied", copied=done.copied, wrong=len(done.wrong))
    return 1 if done.wrong else 0


def _tell_packed(packed: Packed) -> None:
    if not packed.name:
        say("copies.nothing-new")
        return
    say("copies.packed", name=packed.name, objects=packed.objects, wrong=len(packed.wrong))
    if packed.left:
        say("copies.left", count=packed.left)
    if packed.same_disk:
        say("copies.same-disk")


@copies.command("verify")
def verify(
    disk: Disk = None,
    mend: Annotated[
        bool,
        typer.Option("--repair", help="第二份中坏的从在线重写 / write bad ones of the second store anew from ours"),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """读出第二份或离线硬盘上的每一个字节并核对 / read every byte of the second store, or of a disk, against its digest."""
    with opened(data_dir) as office, Bar() as bar:
        if disk is None:
            answer = verify_second(office, open_second(office.settings), bar, mend=mend).as_json()
        else:
            answer = told_together(check_packages(office, disk, bar))
    if as_json:
        print_json(answer)
    else:
        bad, unsure = len(answer["bad"]), len(answer["could_not_check"])
        say("copies.verified", checked=answer["checked"], bad=bad, unsure=unsure)
    return 1 if answer["could_not_check"] or len(answer["bad"]) > len(answer["mended"]) else 0
