"""Uploads over HTTP: many browsers at once lose nothing, what is broken is refused whole, nobody else's is reached."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive.tables import AuditEntry, Batch, Upload, UploadFile
from base.digests import sha256_of_bytes
from tests.archive.factory import Made
from tests.archive.uploading import tree_of
from tests.web.conftest import Browser

SignIn = Callable[[str], Browser]


def packed(parts: list[tuple[int, bytes]]) -> bytes:
    """Whole small files as the page sends them."""
    head = [
        {"id": each, "offset": 0, "size": len(data), "sha256": sha256_of_bytes(data), "tree": tree_of(data)}
        for each, data in parts
    ]
    text = json.dumps(head).encode()
    return len(text).to_bytes(4, "big") + text + b"".join(data for _, data in parts)


class Page:
    """The upload page as it works in one browser."""

    def __init__(self, browser: Browser, upload_id: int) -> None:
        self.client, self.at = browser.client, f"/intake/uploads/{upload_id}"
        self.headers = {"X-CSRFToken": browser.tokens()["csrf_token"], "Accept": "application/json"}

    def announce(self, files: list[dict[str, Any]]) -> Any:
        return self.client.post(f"{self.at}/announce", json={"files": files}, headers=self.headers)

    def parts(self, body: bytes) -> Any:
        return self.client.post(f"{self.at}/parts", data=body, headers=self.headers)

    def send(self, files: dict[str, bytes]) -> list[str]:
        """Announces and sends small files in one request; their states afterwards."""
        wanted = [{"path": path, "size": len(data), "modified": 1} for path, data in files.items()]
        ids = [each["id"] for each in self.announce(wanted).json["files"]]
        answer = self.parts(packed(list(zip(ids, files.values(), strict=True))))
        return [each["state"] for each in answer.json["files"]]

    def state(self) -> Any:
        return self.client.get(f"{self.at}/state", headers=self.headers).json


@pytest.fixture
def upload_id(sign_in: SignIn, made: Made) -> int:
    answer = sign_in("east").post(f"/intake/batches/{made.batches['b-east']}/uploads")
    return int(answer.location.rpartition("/")[2])


def test_eight_browsers_at_once_and_every_file_is_there(
    app: Flask, sign_in: SignIn, made: Made, upload_id: int
) -> None:
    pages = [Page(sign_in("east"), upload_id) for _ in range(8)]
    states: list[str] = []

    def send(number: int, page: Page) -> None:
        for some in range(5):
            states.extend(page.send({f"{number}/{some}/{each:03}.jpg": b"%d %d" % (some, each) for each in range(10)}))

    threads = [threading.Thread(target=send, args=each) for each in enumerate(pages)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["here"] * 400
    assert pages[0].state() | {"size": 0, "got": 0} == {
        "state": "open", "files": 400, "here": 400, "waiting": 0, "ignored": 0, "size": 0, "got": 0, "done": 0, "of": 0,
        "error": "", "troubles": [],
    }  # fmt: skip
    with made.office.catalogue.read() as session:
        assert session.scalar(select(func.count(UploadFile.sha256.distinct()))) == 50


def test_troubles_are_named_with_the_id_number_masked(sign_in: SignIn, upload_id: int) -> None:
    page = Page(sign_in("east"), upload_id)
    named = [
        {"path": "张110105194912310021/1.jpg", "size": 9, "modified": 1},
        {"path": "../x.jpg", "size": 1, "modified": 1},
    ]
    told = page.announce([*named, {"path": "a/Thumbs.db", "size": 1, "modified": 1}]).json["files"]
    assert [each["state"] for each in told] == ["waiting", "refused", "ignored"]
    state = page.state()
    assert (state["files"], state["here"], state["waiting"], state["ignored"]) == (1, 0, 1, 1)
    first, second = state["troubles"]
    assert first["state"] == "refused"
    assert "没有收" in first["why"]
    assert "194912310021" not in second["path"]


def test_a_request_that_broke_off_is_refused_whole(sign_in: SignIn, upload_id: int) -> None:
    page = Page(sign_in("east"), upload_id)
    file_id = page.announce([{"path": "a.jpg", "size": 5, "modified": 1}]).json["files"][0]["id"]
    body = packed([(file_id, b"12345")])
    for broken in (body[:-1], body[:10], b"", body + b"x", b"\xff\xff\xff\xff" + body[4:], b"\0\0\0\x02[]"):
        answer = page.parts(broken)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "upload.bad-request")
    for wrong in ({}, {"files": [{"path": 1}]}, {"files": [{"path": "a", "size": -1, "modified": 0}]}, [1]):
        answer = page.client.post(f"{page.at}/announce", json=wrong, headers=page.headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "upload.bad-request")
    assert page.parts(body).json["files"][0]["state"] == "here"


def test_without_the_token_of_the_page_nothing_is_taken(app: Flask, sign_in: SignIn, upload_id: int) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    page = Page(sign_in("east"), upload_id)
    del page.headers["X-CSRFToken"]
    assert page.announce([]).status_code == 400
    assert page.parts(packed([(1, b"x")])).json["error"]["code"] == "form.stale"


def test_nobody_of_another_unit_or_desk_reaches_it(app: Flask, sign_in: SignIn, made: Made, upload_id: int) -> None:
    own = Page(sign_in("east"), upload_id)
    file_id = own.announce([{"path": "a.jpg", "size": 1, "modified": 1}]).json["files"][0]["id"]
    for login, status in (("west", 404), ("desk", 403)):
        page = Page(sign_in(login), upload_id)
        assert page.announce([]).status_code == status
        assert page.parts(packed([(file_id, b"x")])).status_code == status
        assert page.client.get(page.at).status_code == status
    assert sign_in("west").post(f"/intake/batches/{made.batches['b-east']}/uploads").status_code == 404
    assert own.state()["here"] == 0


def test_a_batch_is_begun_filled_called_whole_and_given_up(sign_in: SignIn, made: Made) -> None:
    east = sign_in("east")
    answer = east.post("/intake/batches", {"name": "四月 移交"}, on="/intake/")
    upload_id = int(answer.location.rpartition("/")[2])
    with made.office.catalogue.read() as session:
        batch = session.scalars(select(Batch).where(Batch.name == "四月 移交")).one()
        assert batch.organization_id == made.organizations["east"]
    again = east.post("/intake/batches", {"name": "四月 移交"}, on="/intake/")
    assert "已经有名为" in east.get(again.location).text
    page = Page(east, upload_id)
    page.send({"a/001.jpg": b"1"})
    page.announce([{"path": "a/002.jpg", "size": 2, "modified": 1}])
    assert "还差 1 个文件" in east.get("/intake/").text
    assert "还有 1 个文件没有传完" in east.get(east.post(f"{page.at}/whole", {"files": 1}, on=page.at).location).text
    east.post(f"{page.at}/leave-out", {}, on=page.at)
    east.post(f"{page.at}/whole", {"files": 1}, on=page.at)
    assert page.state()["state"] == "whole"
    assert re.search(r'data-watch="[^"]+/state"', east.get(page.at).text)
    east.post(f"{page.at}/reopen", {}, on=page.at)
    east.post(f"{page.at}/remove", {}, on=page.at)
    with made.office.catalogue.read() as session:
        assert session.get_one(Upload, upload_id).state == "removed"
        lines = select(AuditEntry.action).where(AuditEntry.subject == f"upload:{upload_id}").order_by(AuditEntry.id)
        assert [each.partition(".")[2] for each in session.scalars(lines)] == [
            "open", "leave-out", "whole", "reopen", "remove",
        ]  # fmt: skip
    assert not list((made.office.settings.data_dir / "uploads").iterdir())


def test_the_pages_speak_english_too(sign_in: SignIn, upload_id: int) -> None:
    east = sign_in("east")
    east.post("/account/preferences", {"language": "en"})
    assert "Choose a folder" in east.get(f"/intake/uploads/{upload_id}").text
    assert "Uploads" in east.get("/intake/").text
