"""分件: where each material begins, with what was recognised as suggestions. Only a person places, adds and confirms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from archive import added_materials, class_words, dossiers, page_acts, page_cards, viewing
from archive.access import Viewer
from base.errors import InputError
from base.messages import catalogue
from standards.schemes import load_scheme
from standards.splitting.sheet import Difference
from web import acts, frame
from web.clerk.blueprint import blueprint

_NEW = "new-"


@blueprint.get("/dossiers/<int:dossier_id>/split")
def split_page(dossier_id: int) -> str:
    """Where each material begins: proposed by the 页数 of the 卷内目录, or as it was confirmed before; suggestions beside."""
    me = frame.viewer()
    with frame.office().catalogue.read() as session:
        head = dossiers.dossier_head(session, me, dossier_id)
        materials = dossiers.materials_of(session, me, dossier_id)
        strip = viewing.strip(session, me, dossier_id)
        words = class_words.words_for(session, me, dossier_id)
        suggested = _suggested(session, me, dossier_id, materials)
    known = [(each.first_page_id, each.id) for each in materials if each.first_page_id is not None]
    starts = known or page_acts.proposed_starts(
        [thumb.page_id for thumb in strip if not thumb.is_cover],
        [(each.id, each.values["declared_pages"]) for each in materials],
    )
    data = {
        "pages": [{"id": thumb.page_id, "number": thumb.number} for thumb in strip],
        "materials": [
            {"id": each.id, "key": each.key, "title": each.values["title"], "declared": each.values["declared_pages"]}
            for each in materials
        ],
        "starts": {str(material_id): page_id for page_id, material_id in starts},
        **suggested,
    }
    return render_template(
        "clerk/split.html",
        head=head,
        strip=strip,
        data=data,
        confirmed=bool(known),
        words_own=words,
        classes=_classes(),
    )


def _suggested(session: Any, me: Viewer, dossier_id: int, materials: Sequence[dossiers.MaterialLine]) -> dict[str, Any]:
    """`suggested`: by material its page; `found`: every recognised first page, with class, title and why."""
    held = page_cards.suggest(session, me, dossier_id, class_words.own_words(session, me, dossier_id))
    return {
        "suggested": {
            str(materials[each.listed].id): {
                "page": held.pages[each.at], "confidence": round(100 * each.confidence), "seen": each.seen,
            }
            for each in held.assigned
        },
        "found": [
            {
                "page": held.pages[each.at],
                "title": each.title,
                "class_code": each.guess.code if each.guess else "",
                "own": bool(each.guess and each.guess.own),
                "also": list(each.guess.also) if each.guess else [],
                "confidence": round(100 * each.confidence),
                "class_confidence": round(100 * each.guess.confidence) if each.guess else 0,
                "why": list(each.why),
            }
            for each in held.starts
        ],
    }  # fmt: skip


def _classes() -> list[tuple[str, str]]:
    """Codes and names of the classes that hold papers, in the scheme's order."""
    scheme = load_scheme()
    return [(each.code, each.name) for each in scheme.classes.values() if not scheme.has_second_level(each.code)]


@blueprint.post("/dossiers/<int:dossier_id>/split")
@acts.act
def split(dossier_id: int) -> str:
    starts = _starts(request.form.get("starts", ""))
    made = _made(request.form.get("made", ""))
    me = frame.viewer()
    with frame.office().catalogue.write() as session:
        ids = _add(session, me, dossier_id, starts, made)
        pairs = [(page, ids[name] if name.startswith(_NEW) else int(name)) for page, name in starts]
        act_id = page_acts.split(session, me, dossier_id, pairs)
    flash(_("分件已保存，开始核对页数。"), f"undo {url_for('clerk.undo_act', act_id=act_id)}")
    return url_for("clerk.dossier_page", dossier_id=dossier_id)


def _add(
    session: Any, me: Viewer, dossier_id: int, starts: Sequence[tuple[int, str]], made: dict[str, tuple[str, str]]
) -> dict[str, int]:
    """The lines that the person added, each behind the one that begins before it; their ids by the form's names."""
    ids: dict[str, int] = {}
    before: int | None = None
    for _page, name in starts:
        if name.startswith(_NEW):
            if name not in made or name in ids:
                raise InputError("split.order")
            ids[name] = added_materials.add(session, me, dossier_id, *made[name], before)
        before = ids.get(name) or int(name)
    return ids


def _starts(text: str) -> list[tuple[int, str]]:
    """`page:material,page:new-1` as pairs; InputError `split.order` for anything else."""
    pairs = []
    for part in filter(None, text.split(",")):
        page, _colon, name = part.partition(":")
        if not (_is_number(page) and _is_number(name.removeprefix(_NEW))):
            raise InputError("split.order")
        pairs.append((int(page), name))
    return pairs


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _made(text: str) -> dict[str, tuple[str, str]]:
    """What is added: class and title by name; InputError `split.order` where the form was tampered with."""
    try:
        listed = json.loads(text or "[]")
        return {str(each["id"]): (str(each["class_code"]), str(each["title"])) for each in listed}
    except (ValueError, TypeError, KeyError) as error:
        raise InputError("split.order") from error


@blueprint.app_template_global("sheet_text")
def sheet_text(difference: Difference) -> str:
    """What a difference between the paper catalogue and ours says."""
    text = catalogue(frame.language())[f"sheet.{difference.kind}"]
    return text.format(sheet=difference.on_sheet, catalogue=difference.in_catalogue)


@blueprint.post("/class-words")
@acts.act
def add_class_word() -> str:
    with frame.office().catalogue.write() as session:
        word = class_words.add_word(session, frame.viewer(), acts.field("word"), acts.field("class_code"))
    flash(_("已记下本单位的用词，建议随即按它来。"), f"undo {url_for('clerk.remove_class_word', word_id=word)}")
    return acts.came_from()


@blueprint.post("/class-words/<int:word_id>/remove")
@acts.act
def remove_class_word(word_id: int) -> str:
    with frame.office().catalogue.write() as session:
        class_words.remove_word(session, frame.viewer(), word_id)
    flash(_("已去掉这个用词。"), f"undo {url_for('clerk.restore_class_word', word_id=word_id)}")
    return acts.came_from()


@blueprint.post("/class-words/<int:word_id>/restore")
@acts.act
def restore_class_word(word_id: int) -> str:
    with frame.office().catalogue.write() as session:
        class_words.remove_word(session, frame.viewer(), word_id, back=True)
    flash(_("已恢复这个用词。"), "done")
    return acts.came_from()
