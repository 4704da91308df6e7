"""The chart: well-formed, with titles, units and values, and without script, address or colour of its own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from standards.norms import norms
from storage_planner.chart import HEIGHT, WIDTH, area_chart
from storage_planner.model import PlanInput, Room
from storage_planner.plan import make_plan

SVG = "{http://www.w3.org/2000/svg}"


def chart(volumes=60103.0, growth=1800.0, years=10, norm="office-60", room=None, language="zh_CN"):
    asked = PlanInput(volumes, growth, years, norms()[norm], room=room)
    return area_chart(make_plan(asked), language)


def test_values_titles_and_units():
    root = ET.fromstring(chart())
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert len(titles) == 11
    assert titles[0] == "第 0 年\uff1a60,103 卷\uff0c360.6 m²"
    assert titles[-1] == "第 10 年\uff1a78,103 卷\uff0c468.6 m²"
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"年\uff080 = 今天\uff09", "所需使用面积\uff08m²\uff09", "500", "10"} <= set(texts)
    assert root.get("role") == "img" and "468.6" in str(root.get("aria-label"))


def test_nothing_but_the_colour_of_the_text():
    svg = chart(room=Room(area_m2=420))
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) == {"none", "currentColor"}
    assert "<script" not in svg and "href" not in svg


def test_the_room_is_a_dashed_line_and_the_full_year_ringed():
    root = ET.fromstring(chart(room=Room(area_m2=420), language="en"))
    dashed = [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert "Present room 420 m²" in [text.text for text in root.iter(f"{SVG}text")]
    rings = [circle for circle in root.iter(f"{SVG}circle") if circle.get("stroke")]
    dots = [circle for circle in root.iter(f"{SVG}circle") if not circle.get("stroke")]
    assert [(ring.get("cx"), ring.get("cy")) for ring in rings] == [(dots[6].get("cx"), dots[6].get("cy"))]
    # Above the dashed line, that is: nearer to the top.
    assert float(str(rings[0].get("cy"))) < float(str(dashed[0].get("y1")))


@pytest.mark.parametrize(
    ("volumes", "growth", "years", "norm", "room"),
    [
        (0.0, 0.0, 0, "hubei-100", None),
        (0.0, 0.0, 10, "hubei-100", Room(area_m2=0.0)),
        (1e9, 1e9, 200, "cadre-250", Room(area_m2=1e9)),
        (1.0, 0.5, 41, "office-60", Room(capacity_volumes=3.0)),
    ],
)
def test_everything_stays_on_the_sheet(volumes, growth, years, norm, room):
    root = ET.fromstring(chart(volumes, growth, years, norm, room))
    points = str(next(root.iter(f"{SVG}polyline")).get("points")).split()
    assert len(points) == years + 1
    for point in points:
        x, y = map(float, point.split(","))
        assert 0 <= x <= WIDTH and 0 <= y <= HEIGHT


@pytest.mark.parametrize(("area", "anchor"), [(420.0, "start"), (500.0, "start"), (380.0, "end"), (100.0, "end")])
def test_the_rooms_name_keeps_clear_of_the_curve(area, anchor):
    texts = ET.fromstring(chart(room=Room(area_m2=area))).iter(f"{SVG}text")
    name = next(text for text in texts if str(text.text).startswith("现有库房"))
    assert name.get("text-anchor") == anchor
