"""Files that were whole once, with bytes changed anywhere: an answer or an error of ours, in time, and nothing left about.

`make fuzz` runs each with thousands of changes.
"""

from __future__ import annotations

import io
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import img2pdf
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.ingest.delivery.trees import jpeg
from tests.ingest.delivery.zips import gbk, packed, utf8
from tests.ingest.hostile import saved, scan

ROOT = Path(__file__).parents[3]
# poppler has two minutes for a page; what takes longer hangs.
_SECONDS = 150
_THOROUGH = settings().max_examples
_EXAMPLES = _THOROUGH if _THOROUGH > 1000 else 12
_SMALL = (200, 280)

Edit = tuple[float, str, bytes]
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["flip", "write", "cut", "insert", "repeat", "end"]),
        st.one_of(
            st.binary(min_size=1, max_size=8),
            st.sampled_from(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"../", b"%%EOF", b"PK\x01\x02", b"-1 "]
            ),
        ),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, edits: list[Edit]) -> bytes:
    out = bytearray(data)
    for share, kind, piece in edits:
        at = int(share * len(out))
        if kind == "flip" and out:
            out[at] ^= piece[0] or 1
        elif kind == "write":
            out[at : at + len(piece)] = piece
        elif kind == "cut":
            del out[at : at + 16 * len(piece)]
        elif kind == "insert":
            out[at:at] = piece
        elif kind == "repeat":
            out[at:at] = out[at : at + 64]
        elif kind == "end":
            del out[max(at, 1) :]
    return bytes(out)


def small() -> Image.Image:
    return scan().resize(_SMALL)


@cache
def seeds(kind: str) -> tuple[tuple[str, bytes], ...]:
    """Files of a kind by name, whole."""
    return tuple(_SEEDS[kind]().items())


def _jpegs() -> dict[str, bytes]:
    return {
        "001.jpg": saved(small()),
        "002.jpg": saved(small(), progressive=True),
        "003.jpg": saved(small().convert("CMYK")),
    }


def _tiffs() -> dict[str, bytes]:
    bitonal = small().convert("1")
    return {
        "001.tif": saved(small(), "TIFF", compression="tiff_lzw", save_all=True, append_images=[small().convert("L")]),
        "002.tif": saved(bitonal, "TIFF", compression="group4"),
        "003.tif": saved(small(), "TIFF", compression="jpeg"),
    }


def _pdfs() -> dict[str, bytes]:
    bitonal = saved(small().convert("1"), "TIFF", compression="group4")
    return {
        "001.pdf": img2pdf.convert(saved(small())),
        "002.pdf": img2pdf.convert([saved(small()), bitonal]),
        "003.pdf": img2pdf.convert(saved(small(), "PNG")),
    }


def _zips() -> dict[str, bytes]:
    inner = packed(gbk("张三/1/1/001.jpg", jpeg()), utf8("李四/1/1/001.jpg", jpeg(61)))
    return {"001.zip": inner, "002.zip": packed(gbk("内.zip", inner), gbk("1/1/001.tif", _tiffs()["002.tif"]))}


def _books() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    book.active.append(["序号", "姓名", "身份证号码", "页数"])
    book.active.append([1, "张三", "11010519491231002X", 3])
    out = io.BytesIO()
    book.save(out)
    manifest = "\n".join(f"{'0' * 64}  P{n}/001.jpg" for n in range(5)).encode()
    return {
        "移交目录.xlsx": out.getvalue(),
        "manifest-sha256.txt": manifest,
        "移交目录.csv": "序号,姓名,页数\n1,张三,3\n".encode("gb18030"),
    }


_SEEDS = {"jpeg": _jpegs, "tiff": _tiffs, "pdf": _pdfs, "zip": _zips, "xlsx": _books}


class Intake:
    """The process that takes the files in, started anew where one took it down."""

    def __init__(self, place: Path) -> None:
        self.place, self.temporary = place / "deliveries", place / "temporary"
        self.place.mkdir()
        self.temporary.mkdir()
        self._cwd = place / "here"
        self._cwd.mkdir()
        self._numbers = count()
        self._process: subprocess.Popen[str] | None = None

    def answer(self, name: str, data: bytes) -> str:
        """What became of a delivery of one good page and this file."""
        folder = self.place / str(next(self._numbers))
        folder.mkdir()
        (folder / name).write_bytes(data)
        (folder / "good.jpg").write_bytes(jpeg())
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{folder}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], _SECONDS)
        if not ready:
            self.close()
            return "hangs"
        said = process.stdout.readline().strip()
        if not said:
            self.close()
            return "died"
        (folder / name).unlink()
        (folder / "good.jpg").unlink()
        return said

    def strays(self) -> list[Path]:
        """Files that lie where none belongs; folders of deliveries that were answered go, so that thousands are looked through."""
        left = [path for path in self.place.rglob("*") if path.is_file()]
        if not left:
            for folder in self.place.iterdir():
                shutil.rmtree(folder)
        return [*left, *self._cwd.iterdir(), *self.temporary.iterdir()]

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.ingest.delivery.fuzzed"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self._cwd,
                env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary)},
            )  # fmt: skip
        return self._process

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    made = Intake(tmp_path_factory.mktemp("fuzzed"))
    yield made
    made.close()


@pytest.mark.parametrize("kind", sorted(_SEEDS))
def test_what_is_whole_is_taken_in(intake: Intake, kind: str) -> None:
    assert [intake.answer(name, data) for name, data in seeds(kind)] == ["ok"] * len(seeds(kind))


@pytest.mark.timeout(0 if _THOROUGH > 1000 else 300)
@pytest.mark.parametrize("kind", sorted(_SEEDS))
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_was_changed_anywhere_is_an_answer_in_time(intake: Intake, kind: str, data: st.DataObject) -> None:
    name, whole = data.draw(st.sampled_from(seeds(kind)))
    assert intake.answer(name, changed(whole, data.draw(EDITS))) == "ok"
    assert intake.strays() == []
