"""What the upload page sends by itself: the list of its files, and their parts, several in one request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import jsonify, request

from archive import uploads_in_parts
from archive.upload_area import PART_BYTES
from archive.upload_desk import Room
from archive.uploads_in_parts import Announced, FileState, Part
from base.errors import InputError
from ingest.delivery.walk import ignored_by_name
from web import frame, words
from web.intake.blueprint import blueprint
from web.intake.uploads import area

MOST_PARTS = 100
_HEAD_BYTES = 256 * 1024
_LARGEST = 1 << 50


@blueprint.post("/uploads/<int:upload_id>/announce")
def announce(upload_id: int) -> Any:
    """`{"files": [{"path", "size", "modified", "replace"}]}` → how much of each is here, in the same order."""
    files = _announced(request.get_json(silent=True))
    settings = frame.office().settings
    room = Room(int(settings.upload_free_gb * 1e9), settings.store == "folder")
    with frame.office().catalogue.write() as session:
        told = uploads_in_parts.announce(
            session, frame.viewer(), area(), upload_id, files, ignored=ignored_by_name, room=room
        )
    return _answer(told)


def _announced(body: Any) -> list[Announced]:
    """InputError `upload.bad-request` for anything else than a list of different files."""
    try:
        files = [
            Announced(str(each["path"]), int(each["size"]), int(each["modified"]), bool(each.get("replace")))
            for each in body["files"]
        ]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError("upload.bad-request") from error
    sound = all(0 <= each.size < _LARGEST and abs(each.modified) < _LARGEST for each in files)
    if not sound or len({each.path for each in files}) != len(files) or len(files) > uploads_in_parts.MOST_ANNOUNCED:
        raise InputError("upload.bad-request")
    return files


@blueprint.post("/uploads/<int:upload_id>/parts")
def parts(upload_id: int) -> Any:
    """A head of four bytes (big-endian) that counts the JSON behind it, `[{"id", "offset", "size", "sha256", "tree"}]`, and
    the bytes of the parts one after the other → how far each file is now, in the same order.
    """
    office = frame.office()
    told = uploads_in_parts.keep_parts(office.catalogue, frame.viewer(), area(), upload_id, _parts())
    return _answer(told)


def _parts() -> list[Part]:
    """InputError `upload.bad-request` where the request broke off or is none of ours."""
    if not 4 < (request.content_length or 0) <= 4 + _HEAD_BYTES + 2 * PART_BYTES:
        raise InputError("upload.bad-request")
    body = memoryview(request.get_data(cache=False))
    length = int.from_bytes(body[:4], "big")
    try:
        head = json.loads(bytes(body[4 : 4 + length]))
        sizes = [int(each["size"]) for each in head]
        named = [
            (int(each["id"]), int(each["offset"]), str(each["sha256"]), str(each.get("tree", ""))) for each in head
        ]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError("upload.bad-request") from error
    rest = body[4 + length :]
    if not named or len(named) > MOST_PARTS or min(sizes) < 0 or sum(sizes) != len(rest):
        raise InputError("upload.bad-request")
    return list(_cut(named, sizes, rest))


def _cut(named: Sequence[tuple[int, int, str, str]], sizes: Sequence[int], rest: memoryview) -> list[Part]:
    found, at = [], 0
    for (file_id, offset, sha256, tree), size in zip(named, sizes, strict=True):
        found.append(Part(file_id, offset, sha256, bytes(rest[at : at + size]), tree))
        at += size
    return found


def _answer(told: Sequence[FileState]) -> Any:
    return jsonify(
        files=[
            {
                "id": each.id,
                "state": each.state,
                "got": each.got,
                "why": words.reason_text(each.reason, each.params) if each.reason else "",
            }
            for each in told
        ]
    )
