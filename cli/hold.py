"""`juanzong hold`: 保全 and 冻结 of a dossier or an object: placed, lifted, listed."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from archive.custody import holds
from archive.custody.holds import HoldSeen
from archive.office import Office
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say
from cli.office import me, opened

hold = typer.Typer(help="保全与冻结 / retention holds", no_args_is_help=True)


@hold.callback()
def _verbs() -> None:
    """保全与冻结 / retention holds."""


@hold.command("add")
def add(
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    dossier: Annotated[int | None, typer.Option("--dossier", help="卷的编号 / number of the dossier")] = None,
    key: Annotated[str | None, typer.Option("--object", help="对象键 / key of an object")] = None,
    kind: Annotated[
        str, typer.Option("--kind", help="keep 保全;freeze 冻结,也不提供复制件 / freeze: no copies either")
    ] = holds.KEEP,
    basis: Annotated[str, typer.Option("--basis", help="依据的文号 / the paper that orders it")] = "",
    until: Annotated[
        str,
        typer.Option(
            "--until", metavar="YYYY-MM-DD", help="到哪一天为止(含);不写则直到解除 / last day; none: until lifted"
        ),
    ] = "",
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """保全或冻结一卷或一个对象:不得删除、移动、替换、移交 / nothing of it is deleted, moved, replaced or handed over."""
    with opened(data_dir) as office:
        end = holds.end_of(until, ZoneInfo(office.settings.time_zone)) if until else None
        with office.catalogue.write() as session:
            number = holds.place_hold(
                session, me(), dossier_id=dossier, object_key=key, kind=kind, reason=reason,
                basis=basis, until=end,
            )  # fmt: skip
        _answer(office, number, as_json)
    return 0


@hold.command("lift")
def lift(
    number: Annotated[int, typer.Argument(help="保全的编号 / number of the hold")],
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """解除一项保全 / lift one hold."""
    with opened(data_dir) as office:
        with office.catalogue.write() as session:
            holds.lift_hold(session, me(), number, reason)
        _answer(office, number, as_json)
    return 0


@hold.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--all", help="包括已结束的 / ended ones too")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """列出保全 / list the holds."""
    with opened(data_dir) as office, office.catalogue.read() as session:
        found = holds.holds(session, me(), ended=ended)
    if as_json:
        print_json({"holds": [_told(each) for each in found]})
    else:
        for each in found:
            _say(each)
    return 0


def _answer(office: Office, number: int, as_json: bool) -> None:
    with office.catalogue.read() as session:
        seen = next(each for each in holds.holds(session, me(), ended=True) if each.id == number)
    if as_json:
        print_json(_told(seen))
    else:
        _say(seen)


def _say(seen: HoldSeen) -> None:
    code = "hold.in-force" if seen.in_force else "hold.over"
    subject = f"dossier:{seen.dossier_id}" if seen.dossier_id else f"object:{seen.object_key}"
    until = seen.until.isoformat(timespec="minutes") if seen.until else "-"
    say(code, number=seen.id, subject=subject, kind=seen.kind, reason=seen.reason, until=until, who=seen.actor)


def _told(seen: HoldSeen) -> dict[str, object]:
    times = {name: getattr(seen, name) for name in ("until", "made_at", "lifted_at")}
    return {
        "id": seen.id, "kind": seen.kind, "dossier": seen.dossier_id, "object": seen.object_key,
        "archive_no": seen.dossier, "reason": seen.reason,
        "basis": seen.basis, "actor": seen.actor, "lifted_by": seen.lifted_by, "lift_reason": seen.lift_reason,
        "in_force": seen.in_force, **{name: at.isoformat() if at else None for name, at in times.items()},
    }  # fmt: skip
