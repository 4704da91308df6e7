"""配对台: what is nobody's beside who has nothing yet; a person brings them together, one or many at once."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from archive import batches, dossiers
from base.errors import InputError
from ingest.matching import bring, desk
from web import acts, frame
from web.clerk.viewer import page_address
from web.intake.blueprint import blueprint


@blueprint.get("/batches/<int:batch_id>/match")
def match_page(batch_id: int) -> str:
    me = frame.viewer()
    words = frame.asked(request.args.get("words", "")) or ""
    with frame.office().catalogue.read() as session:
        row = batches.batch_row(session, me, batch_id)
        seen = desk.desk(session, me, batch_id, words)
        history = bring.brought(session, me, batch_id)
    data = [
        {
            "key": each.key,
            "suggested": each.suggested,
            "sure": each.sure,
            "looks": [page_address(look.page_id, "view", look.version_id) for look in each.looks if look.version_id],
        }
        for each in seen.unplaced
    ]
    sure = sum(each.sure for each in seen.unplaced)
    return render_template(
        "intake/match.html", row=row, both=seen, history=history, data=data, sure=sure, words_asked=words
    )


@blueprint.post("/batches/<int:batch_id>/match/words")
def match_words(batch_id: int) -> Response:
    """What was typed to narrow the list, under a handle: no name stands in an address."""
    handle = frame.keep_asked(request.form.get("text", "").strip()[:60])
    return redirect(url_for("intake.match_page", batch_id=batch_id, words=handle), code=303)


@blueprint.post("/batches/<int:batch_id>/match")
@acts.act
def bring_together(batch_id: int) -> str:
    with frame.office().catalogue.write() as session:
        act_id = bring.bring(session, frame.viewer(), batch_id, _marked(), _target(acts.field("to")))
    flash(_("已配上。"), f"undo {url_for('clerk.undo_act', act_id=act_id)}")
    return _desk(batch_id)


@blueprint.post("/batches/<int:batch_id>/match/named")
@acts.act
def bring_to_named(batch_id: int) -> str:
    """To a dossier that is there already, by its 档号 or ID number."""
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        target = dossiers.dossier_named(session, me, acts.field("target"))
        act_id = bring.bring(session, me, batch_id, _marked(), f"d{target}")
    flash(_("已归到那一卷的末尾。"), f"undo {url_for('clerk.undo_act', act_id=act_id)}")
    return _desk(batch_id)


@blueprint.post("/batches/<int:batch_id>/match/sure")
@acts.act
def bring_sure(batch_id: int) -> str:
    with frame.office().catalogue.write() as session:
        done = bring.bring_sure(session, frame.viewer(), batch_id)
    flash(_("按身份证号配上了 %(n)s 卷；下面的记录里可以逐个撤销。", n=len(done)), "done")
    return _desk(batch_id)


def _desk(batch_id: int) -> str:
    return url_for("intake.match_page", batch_id=batch_id, words=request.form.get("words") or None)


def _marked() -> Sequence[str]:
    """Keys as `d12,p3`; InputError `match.gone` for anything else."""
    keys = [each for each in request.form.get("marked", "").split(",") if each]
    for key in keys:
        _known(key, "dp")
    return list(dict.fromkeys(keys))


def _target(key: str) -> str:
    if key[:1] == "r" and key[1:].isalnum():
        return key
    return _known(key, "d")


def _known(key: str, kinds: str) -> str:
    number = key[1:]
    if key[:1] not in kinds or not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise InputError("match.gone")
    return key


@blueprint.app_template_global("to_match")
def to_match(batch_id: int) -> tuple[int, int]:
    """How much of a batch is nobody's, and how many of its list have nothing."""
    with frame.office().catalogue.read() as session:
        return desk.counts(session, frame.viewer(), batch_id)
