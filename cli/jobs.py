"""`juanzong jobs`: what runs, waits and failed in the background, and why; pausing, cancelling, trying again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from archive.jobs.acts import BATCH_ACTS, JOB_ACTS, batch_named
from archive.jobs.board import STATES, BatchWork, Board, read_board
from archive.jobs.lines import JobLine, Wanted, list_jobs, one_job
from archive.office import Office
from base.errors import InputError
from base.messages import catalogue, message
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, language, print_json, say
from cli.office import me, opened

app = typer.Typer(
    help="后台处理:查看、暂停、继续、取消、重来 / work in the background: see, pause, go on, cancel, retry"
)

Batch = Annotated[str, typer.Option("--batch", help="批次名称或编号 / batch, by name or number")]
Numbers = Annotated[list[int] | None, typer.Argument(metavar="[ID]…", help="编号 / numbers of jobs")]


@app.command("list")
def list_command(
    batch: Batch = "",
    state: Annotated[str, typer.Option("--state", help=f"{', '.join(STATES)}, done")] = "",
    kind: Annotated[str, typer.Option("--kind", help="measure, read, judge, bind …")] = "",
    after: Annotated[int | None, typer.Option("--after", help="从这个编号往下 / go on behind this one")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10000)] = 50,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """在做什么、等什么、为什么等、什么失败了 / what runs, waits and failed, and why."""
    with opened(data_dir) as office:
        with office.catalogue.read() as session:
            board = read_board(session)
            batch_id = batch_named(session, me(), batch) if batch else None
            lines, more = list_jobs(session, me(), Wanted(batch_id, state, kind, after, limit))
        if as_json:
            print_json({**board.as_json(), "jobs": [line.as_json() for line in lines], "after": more})
        else:
            _tell(office, board, lines, more)
    return 0


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR
) -> int:
    """一项的全部情况 / all about one job."""
    with opened(data_dir) as office:
        with office.catalogue.read() as session:
            line = one_job(session, me(), number)
        if as_json:
            print_json(line.as_json())
        else:
            typer.echo("\n".join(_line(office, line)))
    return 0


_ACTS = {
    "pause": "暂停一批或几项:正在处理的做完,其余等着 / pause a batch or jobs: what is at work is finished, the rest waits",
    "resume": "让暂停的继续 / let what was paused go on",
    "cancel": "取消一批或几项没做完的,已有结果保留 / cancel what is not done of a batch, or jobs; results are kept",
    "retry": "失败、放到一边或取消的,重新处理 / try again what failed, was set aside or cancelled",
}


def _command(verb: str, said: str) -> None:
    @app.command(verb, help=f"{said}.")
    def act(
        numbers: Numbers = None, batch: Batch = "", as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR
    ) -> int:
        return _act(verb, numbers, batch, as_json, data_dir)


for _verb, _said in _ACTS.items():
    _command(_verb, _said)


def _act(verb: str, numbers: list[int] | None, batch: str, as_json: bool, data_dir: Path) -> int:
    """All of it or, where one of them cannot be done, nothing."""
    if bool(numbers) == bool(batch):
        raise InputError("jobs.nothing-named")
    with opened(data_dir) as office, office.catalogue.write() as session:
        count = BATCH_ACTS[verb](session, me(), batch_named(session, me(), batch)) if batch else len(numbers or ())
        for number in numbers or ():
            JOB_ACTS[verb](session, me(), number)
    if as_json:
        print_json({"act": verb, "jobs": count})
    else:
        say(f"jobs.done-{verb}", count=count)
    return 0


def _tell(office: Office, board: Board, lines: list[JobLine], more: int | None) -> None:
    spoken = language()
    counts: dict[str, Any] = {state: board.count(state) for state in STATES}
    said = [message("jobs.head", spoken, workers=sum(crew.workers for crew in board.crews), **counts)]
    if counts["waiting"] and not board.crews:
        said.append(message("jobs.no-workers", spoken, waiting=counts["waiting"]))
    if board.hindrance:
        reason = _reason(*board.hindrance)
        said.append(message("jobs.hindered", spoken, waiting=counts["waiting"], reason=reason))
    said += [_batch(office, batch) for batch in board.batches]
    for line in lines:
        said += _line(office, line)
    if more is not None:
        said.append(message("jobs.more", spoken, after=more))
    typer.echo("\n".join(said))


def _batch(office: Office, batch: BatchWork) -> str:
    spoken = language()
    groups = []
    for group in batch.groups:
        why = message(f"jobs.waits-{group.reason}", spoken) if group.reason else ""
        kind, state = message(f"jobs.kind-{group.kind}", spoken), message(f"jobs.state-{group.state}", spoken)
        groups.append(f"{kind} {state} {group.count}{f' ({why})' if why else ''}")
    name = batch.name or message("jobs.office", spoken)
    joined = ("、" if spoken == "zh_CN" else ", ").join(groups)
    if batch.paused_at is None:
        return message("jobs.batch-line", spoken, name=name, groups=joined)
    at = _when(office, batch.paused_at)
    return message("jobs.batch-paused-line", spoken, name=name, by=batch.paused_by, at=at, groups=joined)


def _line(office: Office, line: JobLine) -> list[str]:
    spoken = language()
    what = line.subject.dossier
    if line.subject.page is not None:
        what = message("jobs.page", spoken, dossier=what, page=line.subject.page)
    times = (("finished", line.finished_at), ("started", line.started_at), ("created", line.created_at))
    name, at = next((name, at) for name, at in times if at is not None)
    parts = [
        str(line.id), message(f"jobs.kind-{line.kind}", spoken), what, message(f"jobs.state-{line.state}", spoken),
        message(f"jobs.waits-{line.reason}", spoken) if line.reason else "",
        message("jobs.attempts", spoken, attempt=line.attempt) if line.attempt else "",
        message(f"jobs.since-{name}", spoken, at=_when(office, at)),
    ]  # fmt: skip
    said = ["  ".join(part for part in parts if part)]
    if line.error_code:
        said.append(f"    {_reason(line.error_code, line.told_params)}")
    return said


def _when(office: Office, at: datetime | None) -> str:
    return at.astimezone(ZoneInfo(office.settings.time_zone)).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _reason(code: str, params: dict[str, Any]) -> str:
    """What was kept by code and params, said; the code alone where an older version kept other params."""
    try:
        return catalogue(language()).get(code, code).format(**params)
    except KeyError:
        return code
