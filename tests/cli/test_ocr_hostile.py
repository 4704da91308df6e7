"""`juanzong ocr` on what no scanner should deliver: each file has its answer or its error, and where every socket is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.house.source import ROOT
from tests.ocr.drawn import TEXT, page

_LATIN = "Certificate of Employment 1968"
_DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
# Loaded by every Python process below the folder: no socket of any family can be had.
_NO_SOCKETS = """
import socket
class Refused(socket.socket):
    def __new__(cls, *args, **kwargs):
        raise PermissionError("no sockets here")
socket.socket = socket.SocketType = Refused
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (1, 1)).save("dot.png")
    Image.new("RGB", (827, 1170), "white").save("white.jpg")
    Image.fromarray(page((TEXT[0],) * 3, size=(900, 500))).save("good.jpg", quality=90)
    strip = Image.new("RGB", (20_000, 120), "white")
    for left in range(200, 19_000, 2_500):
        strip.paste(Image.fromarray(page((TEXT[0],), size=(900, 120))), (left, 0))
    strip.save("strip.png")
    letter = Image.new("RGB", (1000, 400), "white")
    draw = ImageDraw.Draw(letter)
    draw.text((60, 60), _LATIN, font=ImageFont.truetype(_DEJAVU, 44), fill="black")
    draw.text((60, 220), "شهادة العمل", font=ImageFont.truetype(_DEJAVU, 44), fill="black")
    letter.save("letter.png")
    whole = Path("good.jpg").read_bytes()
    Path("cut.jpg").write_bytes(whole[: len(whole) // 2])
    Path("empty.jpg").touch()
    letter.save("plain.pdf")
    with pikepdf.open("plain.pdf") as document:
        document.save("locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    Path("half.pdf").write_bytes(Path("plain.pdf").read_bytes()[:2000])
    return tmp_path


def _run(folder: Path, *files: str) -> tuple[int, dict[str, dict[str, Any]]]:
    (folder / "sitecustomize.py").write_text(_NO_SOCKETS, "utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    asked = subprocess.run([sys.executable, "-c", "import socket; socket.socketpair()"], env=environment, check=False)
    assert asked.returncode == 1
    command = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())", "ocr", "--json", *files]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["file"] for answer in answers] == list(files), done.stderr
    return done.returncode, {answer["file"]: answer for answer in answers}


def test_each_has_its_answer_or_its_error_with_every_socket_refused(folder: Path) -> None:
    wrong = {
        "cut.jpg": "image.truncated", "empty.jpg": "image.unreadable",
        "locked.pdf": "pdf.locked", "half.pdf": "pdf.damaged",
    }  # fmt: skip
    read = ["dot.png", "white.jpg", "strip.png", "letter.png", "good.jpg"]
    status, answers = _run(folder, *wrong, *read)
    assert status == 1
    assert {file: answers[file]["error"]["code"] for file in wrong} == wrong
    assert all(file in answers[file]["error"]["message_zh"] for file in wrong)
    texts = {file: answers[file]["text"] for file in read}
    assert (texts["dot.png"], texts["white.jpg"]) == ("", "")
    assert texts["good.jpg"].split("\n") == [TEXT[0]] * 3
    assert _LATIN.replace(" ", "") in texts["letter.png"].replace(" ", "")
    assert (answers["strip.png"]["width"], answers["strip.png"]["height"]) == (20_000, 120)
    assert all(0 <= x <= 20_000 for line in answers["strip.png"]["lines"] for x, _ in line["box"])
