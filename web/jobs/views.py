"""The page of the work in the background, the part of it that is asked for again and again, and its acts."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from archive.jobs.acts import BATCH_ACTS, ENDED, JOB_ACTS
from archive.jobs.board import STATES, Board
from archive.jobs.lines import Wanted, list_jobs
from base.messages import message
from web import acts, frame
from web.jobs.blueprint import blueprint, forget_board, shared_board

_SLICE = 50
_VERBS = "pause, resume, cancel, retry"


@blueprint.get("/")
def page() -> str:
    """`batch`, `state` and `kind` narrow the list below the board; without them it holds what failed or was set aside."""
    wanted = Wanted(
        batch_id=request.args.get("batch", None, int),
        state=_one_of(STATES, "state"),
        kind=request.args.get("kind", "")[:40],
        after=request.args.get("after", None, int),
        limit=_SLICE,
    )
    with frame.office().catalogue.read() as session:
        lines, more = list_jobs(session, frame.viewer(), wanted, ENDED)
    kept: dict[str, Any] = {"batch": wanted.batch_id, "state": wanted.state or None, "kind": wanted.kind or None}
    board = shared_board()
    return render_template(
        "jobs/page.html",
        board=board,
        mark=_mark(board),
        lines=lines,
        wanted=wanted,
        following=url_for("jobs.page", **kept, after=more) if more else None,
        first=url_for("jobs.page", **kept) if wanted.after is not None else None,
    )


@blueprint.get("/board")
def board_part() -> Response:
    """Asked for by the page itself every two seconds. Whoever has it as it is gets nothing but that."""
    board = shared_board()
    mark = _mark(board)
    if request.if_none_match.contains(mark):
        response = Response(status=304)
    else:
        response = make_response(render_template("jobs/board.html", board=board))
    response.set_etag(mark)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post(f"/batches/<int:batch_id>/<any({_VERBS}):verb>")
@acts.act
def act_on_batch(batch_id: int, verb: str) -> str:
    with frame.office().catalogue.write() as session:
        count = BATCH_ACTS[verb](session, frame.viewer(), batch_id)
    forget_board()
    undo = f"undo {url_for('jobs.act_on_batch', batch_id=batch_id, verb='retry')}"
    flash(_said(verb, count), undo if verb == "cancel" and count else "done")
    return acts.came_from()


@blueprint.post(f"/<int:job_id>/<any({_VERBS}):verb>")
@acts.act
def act_on_job(job_id: int, verb: str) -> str:
    with frame.office().catalogue.write() as session:
        JOB_ACTS[verb](session, frame.viewer(), job_id)
    forget_board()
    undo = f"undo {url_for('jobs.act_on_job', job_id=job_id, verb='retry')}"
    flash(_said(verb, 1), undo if verb == "cancel" else "done")
    return acts.came_from()


def _said(verb: str, count: int) -> str:
    texts = {
        "pause": _("已暂停，%(n)s 项等您让它继续；正在处理的会做完。", n=count),
        "resume": _("已继续，%(n)s 项重新排队。", n=count),
        "cancel": _("已取消 %(n)s 项；已收到、已识别的内容都保留。", n=count),
        "retry": _("%(n)s 项重新排队。", n=count),
    }
    return str(texts[verb])


def _one_of(known: tuple[str, ...], name: str) -> str:
    given = request.args.get(name, "")
    return given if given in known else ""


def _mark(board: Board) -> str:
    """Changes with what is shown, and not with the clock."""
    told = board.as_json()
    for crew in told["crews"]:
        del crew["beat_at"]
    shown = json.dumps([told, frame.language()], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


@blueprint.app_template_filter("job_word")
def job_word(code: str, kind: str) -> str:
    """The word of a kind, a state or a reason for waiting: `"read"|job_word("kind")`."""
    return message(f"jobs.{kind}-{code}", frame.language())
