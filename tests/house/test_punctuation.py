from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.messages import catalogue
from deploy.punctuation import chinese_punctuation


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("找不到,请重试:", "找不到\uff0c请重试\uff1a"),
        ("无法读取 {path}:{detail}。", "无法读取 {path}\uff1a{detail}。"),
        ("已有(共 {count} 页)", "已有\uff08共 {count} 页\uff09"),
        ("已启动: http://{host}:{port}/", "已启动\uff1ahttp://{host}:{port}/"),
        ("运行 make setup EXTRA=s3", "运行 make setup EXTRA=s3"),
        ("Python 3.11, 3.12", "Python 3.11, 3.12"),
        ("时间 12:30", "时间 12:30"),
    ],
)
def test_marks_beside_chinese_are_full_width(written: str, set_: str) -> None:
    assert chinese_punctuation(written) == set_


@given(st.sampled_from(sorted(catalogue("zh_CN").values())))
def test_what_is_set_stays_as_it_is(text: str) -> None:
    assert chinese_punctuation(chinese_punctuation(text)) == chinese_punctuation(text)


@given(st.text("abc xyz,;:!?()0189./-", max_size=40))
def test_text_without_chinese_stays_as_it_is(text: str) -> None:
    assert chinese_punctuation(text) == text
