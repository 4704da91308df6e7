"""Reading a plan's input: everything wrong is an error that names the key; what is right means what it says."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InputError
from storage_planner.plan import make_plan
from storage_planner.read import PlanInputError, plan_input_from_form, plan_input_from_toml

STOCK = "[stock]\nvolumes = 60103\nyearly_growth = 1800\nyears = 10\n"
GEOMETRY = '[geometry]\nthickness_mm = 20\nshelf = "double-sided"\nfill = 0.9\n'


def read(folder: Path, text: str | bytes):
    file = folder / "plan.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return plan_input_from_toml(file)


def test_the_whole_file(tmp_path):
    asked = read(tmp_path, STOCK + '[norm]\nid = "hubei-100"\n' + GEOMETRY + "[room]\narea_m2 = 500\n")
    assert (asked.volumes, asked.yearly_growth, asked.years, asked.norm.id) == (60103, 1800, 10, "hubei-100")
    assert asked.geometry is not None and asked.room is not None
    assert (asked.geometry.thickness_mm, asked.geometry.shelf.id, asked.geometry.fill) == (20, "double-sided", 0.9)
    assert asked.room.area_m2 == 500


def test_the_default_norm_and_a_byte_order_mark(tmp_path):
    asked = read(tmp_path, b"\xef\xbb\xbf" + STOCK.replace("\n", "\r\n").encode())
    assert asked.norm.id == "office-60"
    assert asked.geometry is asked.room is asked.digital is None


def test_items_and_their_growth_are_tenths(tmp_path):
    asked = read(tmp_path, "[stock]\nitems = 601035\nyearly_growth = 18000\nyears = 10\n")
    assert (asked.volumes, asked.yearly_growth, asked.in_items) == (60103.5, 1800, True)


def replaced(old: str, new: str) -> str:
    text = STOCK + GEOMETRY
    assert old in text
    return text.replace(old, new)


WRONG = [
    (GEOMETRY, "plan.missing", "stock"),
    ("", "plan.missing", "stock"),
    ("stock = 5\n", "plan.not-a-table", "stock"),
    ("[[stock]]\nvolumes = 1\n", "plan.not-a-table", "stock"),
    (replaced("volumes = 60103\n", ""), "plan.no-stock", "stock.volumes"),
    (replaced("volumes = 60103", "volumes = 1\nitems = 10"), "plan.both-stocks", "stock.volumes"),
    (replaced("yearly_growth = 1800\n", ""), "plan.missing", "stock.yearly_growth"),
    (replaced("years = 10\n", ""), "plan.missing", "stock.years"),
    (replaced("volumes = 60103", "volume = 60103"), "plan.unknown-key", "stock.volume"),
    (STOCK + "[shelves]\n", "plan.unknown-key", "shelves"),
    ("years = 3\n" + STOCK, "plan.unknown-key", "years"),
    (replaced("60103", "-1"), "plan.negative", "stock.volumes"),
    (replaced("1800", "-0.5"), "plan.negative", "stock.yearly_growth"),
    (replaced("years = 10", "years = -1"), "plan.negative", "stock.years"),
    (replaced("60103", "inf"), "plan.not-finite", "stock.volumes"),
    (replaced("60103", "1e999"), "plan.not-finite", "stock.volumes"),
    (replaced("1800", "nan"), "plan.not-finite", "stock.yearly_growth"),
    (replaced("0.9", "nan"), "plan.not-finite", "geometry.fill"),
    (replaced("60103", "1000000001"), "plan.out-of-range", "stock.volumes"),
    (replaced("60103", "9" * 400), "plan.out-of-range", "stock.volumes"),
    (replaced("volumes = 60103", "items = 10000000001"), "plan.out-of-range", "stock.items"),
    (replaced("years = 10", "years = 100000"), "plan.out-of-range", "stock.years"),
    (replaced("years = 10", "years = 2.5"), "plan.not-whole", "stock.years"),
    (replaced("60103", "true"), "plan.not-a-number", "stock.volumes"),
    (replaced("years = 10", "years = false"), "plan.not-a-number", "stock.years"),
    (replaced("60103", '"60103"'), "plan.not-a-number", "stock.volumes"),
    (replaced("60103", "[1]"), "plan.not-a-number", "stock.volumes"),
    (replaced("60103", "2026-01-01"), "plan.not-a-number", "stock.volumes"),
    (STOCK + "[norm]\n", "plan.missing", "norm.id"),
    (STOCK + "[norm]\nid = 60\n", "plan.not-a-text", "norm.id"),
    (STOCK + '[norm]\nid = "office-61"\n', "plan.unknown-norm", "norm.id"),
    (STOCK + '[norm]\nid = "office-60"\nratio = 60\n', "plan.unknown-key", "norm.ratio"),
    (STOCK + "[geometry]\n", "plan.missing", "geometry.thickness_mm"),
    (replaced("fill = 0.9\n", ""), "plan.missing", "geometry.fill"),
    (replaced("fill = 0.9", "fill = 0"), "plan.out-of-range", "geometry.fill"),
    (replaced("fill = 0.9", "fill = 1.01"), "plan.out-of-range", "geometry.fill"),
    (replaced("thickness_mm = 20", "thickness_mm = 0"), "plan.out-of-range", "geometry.thickness_mm"),
    (replaced("thickness_mm = 20", "thickness_mm = 851"), "plan.out-of-range", "geometry.thickness_mm"),
    (replaced("double-sided", "wooden"), "plan.unknown-shelf", "geometry.shelf"),
    (STOCK + "[room]\n", "plan.empty-room", "room.area_m2"),
    (STOCK + "[digital]\ncopies = 0\n", "plan.out-of-range", "digital.copies"),
]


@pytest.mark.parametrize(("text", "code", "key"), WRONG)
def test_what_is_wrong_is_named(tmp_path, text, code, key):
    with pytest.raises(PlanInputError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert (error.code, error.key, error.path) == (code, key, str(tmp_path / "plan.toml"))
    for language in ("zh_CN", "en"):
        assert key in error.text(language)
        assert error.text(language).startswith(str(tmp_path / "plan.toml"))


def test_an_unknown_norm_lists_the_known(tmp_path):
    with pytest.raises(PlanInputError, match="office-60, retiree-15, hubei-100, shenzhen-100, cadre-200, cadre-250"):
        read(tmp_path, STOCK + '[norm]\nid = "beijing"\n')


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[stock\n", "plan.syntax"),
        (b"[stock]\nvolumes = 1\nvolumes = 2\n", "plan.syntax"),
        (b"volumes = " + b"9" * 5000, "plan.syntax"),
        (b"a = " + b"[" * 50_000, "plan.syntax"),
        ("[stock] # 库存".encode("gb18030"), "plan.not-utf8"),
        (b"#" * (1 << 20) + b"\n", "plan.too-long"),
    ],
)
def test_what_is_no_toml(tmp_path, data, code):
    with pytest.raises(PlanInputError) as caught:
        read(tmp_path, data)
    assert (caught.value.code, caught.value.path) == (code, str(tmp_path / "plan.toml"))


def test_no_file_and_a_folder(tmp_path):
    for path, code in ((tmp_path / "none.toml", "path.missing"), (tmp_path, "path.unreadable")):
        with pytest.raises(InputError) as caught:
            plan_input_from_toml(path)
        assert (caught.value.code, caught.value.path) == (code, str(path))


FORM = {"stock.volumes": "60,103", "stock.items": "", "stock.yearly_growth": "１８００", "stock.years": " 10 "}


def test_a_form_means_what_the_file_means(tmp_path):
    form = {
        **FORM,
        "norm.id": "office-60",
        "geometry.thickness_mm": "20",
        "geometry.shelf": "double-sided",
        "geometry.fill": "0.9",
        "room.area_m2": "",
        "csrf_token": "x",
    }
    assert plan_input_from_form(form) == read(tmp_path, STOCK + GEOMETRY)


def test_a_form_names_its_field():
    with pytest.raises(PlanInputError) as caught:
        plan_input_from_form({**FORM, "stock.years": "ten"})
    assert (caught.value.code, caught.value.key, caught.value.path) == ("plan.not-a-number", "stock.years", None)
    assert caught.value.text("zh_CN") == "测算年数 不是数字。请填写不带引号的数字。"


TEXT = st.text(st.sampled_from(string.digits + ".-+eEn,_ 万五{}"), max_size=8)


@given(st.fixed_dictionaries(dict.fromkeys((*FORM, "geometry.fill", "norm.id"), TEXT)))
def test_any_form_gives_a_plan_or_an_error_with_its_key(form):
    try:
        asked = plan_input_from_form(form)
    except PlanInputError as error:
        assert error.key and error.text("zh_CN") and error.text("en")
    else:
        assert make_plan(asked).projected.year == asked.years
