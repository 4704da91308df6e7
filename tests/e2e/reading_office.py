"""Two pages of print with fifty lines, each read with one wrong character and the engine's doubt about it."""

from __future__ import annotations

import io
import json
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from archive.page_needs import keep_need
from archive.store.keys import derived_key
from archive.tables import Page, PageVersion, Reading
from base.clock import now
from base.digests import sha256_of_bytes
from base.text.confusables import confusables
from ingest.corrected import merged_reading
from ingest.correction_desk import page_need
from ocr.lines import Box, Line, PageReading
from tests.archive.factory import Made, add_batch, add_dossier, add_version

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
WIDTH, HEIGHT, SIZE, LEFT, TOP, STEP = 1240, 1754, 34, 150, 120, 62
_SENTENCES = (
    "本人自己要求进步", "已经批准转正定级", "未婚现住本市东区", "末次体检未见异常", "日常工作认真负责", "土建工程队技术员",
    "干部履历逐项核实", "入伍前为农业户口", "天津机械厂锻工组", "户籍所在地派出所", "元月起执行新工资", "午休时间照常值班",
    "拔尖人才先进个人", "折算工龄合计九年", "待遇按国家规定办", "持有初级技术证书", "徒工学习期满三年", "请调报告已经送达",
    "清产核资小组成员", "晴雨表记录员一名", "石山峻岭勘测分队", "宫里路十七号平房", "管理科统一分配的", "竞赛名列全厂第三", "幸福大街居民委员",
)  # fmt: skip
LINES = tuple(f"{row:02}{sentence}" for row, sentence in enumerate((*_SENTENCES, *reversed(_SENTENCES)), start=1))


def misread(text: str) -> tuple[str, int, int]:
    """The text with its first character that has a look-alike read as that; where, and the right one's place among its."""
    for at, char in enumerate(text):
        for other in confusables(char) if not char.isascii() else ():
            if char in confusables(other)[:9]:
                return text[:at] + other + text[at + 1 :], at, confusables(other).index(char) + 1
    raise ValueError(text)


def add_pages(made: Made) -> list[int]:
    """A dossier of one material per page under unit east; returns the ids of its two pages, both waiting in the queue."""
    dossier = add_dossier(made, add_batch(made, "east", "2026-05 文字待校"), "D-0009", "周建华", pages=2)
    pages = []
    with made.office.catalogue.write() as session:
        for number, page in enumerate(
            session.scalars(select(Page).where(Page.dossier_id == dossier).order_by(Page.position)).all()
        ):
            page.versions[0].state = "old"
            lines = LINES[25 * number : 25 * number + 25]
            version = add_version(made.office, session, page, _image(lines), f"D-0009/new-{number}.png", read=False)
            version.width, version.height, version.measured_at = WIDTH, HEIGHT, version.created_at
            _read(made, version, lines)
            session.flush()
            need = page_need(merged_reading(session, made.office.store, version), made.office.settings.correction_worth)
            keep_need(session, version.id, page.id, need)
            pages.append(page.id)
    return pages


def _image(lines: tuple[str, ...]) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), (250, 246, 236))
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, SIZE)
    for row, text in enumerate(lines):
        draw.text((LEFT, TOP + STEP * row), text, fill=(25, 25, 30), font=font)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(150, 150))
    return out.getvalue()


def _line(row: int, text: str) -> Line:
    read, at, _ = misread(text)
    font = ImageFont.truetype(FONT, SIZE)
    edges = [font.getlength(text[:end]) for end in range(len(text) + 1)]
    top, width = float(TOP + STEP * row + 6), edges[-1]
    box: Box = ((LEFT, top), (LEFT + width, top), (LEFT + width, top + 42), (LEFT, top + 42))
    spans = tuple((start / width, end / width) for start, end in pairwise(edges))
    return Line(read, box, 0.9, spans, tuple(0.45 if place == at else 0.999 for place in range(len(text))))


def _read(made: Made, version: PageVersion, lines: tuple[str, ...]) -> None:
    reading = PageReading(
        "rapidocr", "test", WIDTH, HEIGHT, 0, 0.1, tuple(_line(row, text) for row, text in enumerate(lines)), {}
    )
    data = json.dumps(reading.as_json(), ensure_ascii=False).encode()
    key = derived_key(version.sha256, "reading0_rapidocr", "test", ".json")
    made.office.store.put(
        key, io.BytesIO(data), sha256=sha256_of_bytes(data), size=len(data), media_type="application/json"
    )
    version.readings.append(
        Reading(
            engine="rapidocr", engine_version="test", object_key=key, rotation=0, line_count=len(lines), characters=250,
            confidence=0.9, current=True, read_at=now(),
        )
    )  # fmt: skip
