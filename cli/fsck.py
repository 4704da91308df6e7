"""`juanzong fsck`: catalogue, objects and index held against each other; what is bad is named, and mended where it is asked for."""

from __future__ import annotations

from typing import Annotated

import typer

from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, print_json, say
from cli.office import me, opened
from ingest.custody.fsck import fsck as check
from ingest.custody.mending import mend_bad
from ingest.custody.report import Problem, Report
from ingest.custody.sources import open_source

_SHOWN = 50


def fsck(
    index: Annotated[
        bool | None,
        typer.Option(
            "--index/--no-index", help="连同检索库一起核对(全面核对时默认) / the index too (default when full)"
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick/--full", help="只看有无和大小 / 逐个读出核对摘要: only existence and size / read every object"
        ),
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="接着上次中断的核对做 / go on with a walk that broke off")
    ] = False,
    repair_from: Annotated[
        str,
        typer.Option(
            "--repair-from",
            metavar="STORE",
            help="用完好的副本修复:second、对象库目录、备份目录或离线包 / mend from: second, a store, a backup or a package",
        ),
    ] = "",
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """核对目录、对象和检索库;列出缺失、多余、变动和读不出的,不删除任何内容 / find what is missing, orphaned, changed or unreadable; nothing is deleted."""
    with opened(data_dir) as office:
        # A copy that cannot be opened is said before hours of reading.
        source = open_source(office.settings, repair_from) if repair_from else None
        with Bar() as bar:
            report = check(
                office, full=not quick, index=not quick if index is None else index, resume=resume, progress=bar
            )
        if source is not None:
            mend_bad(office, report, source, me())
    if as_json:
        print_json(told_report(report))
    else:
        tell_problems(report)
    return 0 if report.clean else 1


def told_report(report: Report) -> dict[str, object]:
    """The report, each problem with its sentences."""
    answer = report.as_json()
    for name in ("bad", "could_not_check"):
        for each in answer[name]:
            code = f"fsck.{each['problem']}"
            values = {"id": each["id"], "rows": "、".join(each["rows"]) or "-"}
            each["message"], each["message_zh"] = (message(code, lang, **values) for lang in ("en", "zh_CN"))
    return answer


def tell_problems(report: Report) -> None:
    for each in [*report.bad, *report.could_not_check][:_SHOWN]:
        say(f"fsck.{each.problem}", id=each.id, rows=_rows(each))
    answer = report.as_json()
    more = len(answer["bad"]) + len(answer["could_not_check"]) - _SHOWN
    if more > 0:
        say("fsck.more", count=more)
    if report.in_flight:
        say("fsck.in-flight", count=len(report.in_flight))
    said = {name: answer[name] for name in ("checked", "good", "mended")}
    say("fsck.summary", **said, bad=len(report.bad), could_not_check=len(report.could_not_check))


def _rows(problem: Problem) -> str:
    return "、".join(problem.rows) or "-"
