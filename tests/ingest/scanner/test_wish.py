"""What a person asks, in the words of one scanner; what it cannot do is said with what it can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InputError
from ingest.scanner.options import Option, read_options
from ingest.scanner.wish import MODES, PAPERS, SOURCES, Wish, arguments
from tests.ingest.scanner.told import ESCL_DEVICE, TEST_DEVICE

TEST, ESCL = read_options(TEST_DEVICE), read_options(ESCL_DEVICE)


def test_options_are_read_as_drivers_print_them() -> None:
    assert TEST["--mode"] == Option(("Gray", "Color"))
    assert TEST["--source"] == Option(("Flatbed", "Automatic Document Feeder"))
    assert TEST["--resolution"] == Option(span=(1, 1200))
    assert TEST["--hand-scanner"] == Option(("yes", "no"))
    assert ESCL["--resolution"] == Option(("200", "300"))
    assert ESCL["-x"] == Option(span=(0, 215.9))
    assert ESCL["--brightness"] == Option(span=(-100, 100))
    assert ESCL["--negative"] == Option(("yes", "no"))


def test_a_button_is_no_option_and_what_waits_for_another_setting_is() -> None:
    assert "--print-options" not in TEST
    assert TEST["--int"] == Option(active=False)
    assert not TEST["--three-pass-order"].active
    waiting = Wish(paper="full", settings=(("mode", "Color"), ("three-pass-order", "RBG")))
    assert arguments(TEST, waiting, "dev")[-2:] == ["--mode=Color", "--three-pass-order=RBG"]
    assert arguments({"--resolution": Option(("75",), active=False)}, Wish(), "dev") == ["--batch-count=1"]


@given(st.text("-=[]()|.<> abxy019\nmdpi%"))
def test_no_output_breaks_the_reader(text: str) -> None:
    for flag, option in read_options(text).items():
        assert flag.startswith("-")
        option.allows(300)
        assert isinstance(option.told, str)


def test_a_stack_is_taken_in_colour_from_the_feeder_as_a4() -> None:
    assert arguments(ESCL, Wish(), "dev") == [
        "--source=ADF", "--mode=Color", "--resolution=300", "-l", "0", "-t", "0", "-x", "210", "-y", "297",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(source="duplex"), "--source=ADF Duplex"),
        (Wish(source="glass"), "--source=Flatbed"),
        (Wish(mode="gray"), "--mode=Gray"),
        (Wish(resolution=200), "--resolution=200"),
        (Wish(pages=7), "--batch-count=7"),
        (Wish(source="glass"), "--batch-count=1"),
        (Wish(settings=(("brightness", "10"),)), "--brightness=10"),
    ],
)
def test_each_wish_in_the_words_of_the_device(wish: Wish, words: str) -> None:
    assert words in arguments(ESCL, wish, "dev")


def test_all_that_it_takes() -> None:
    assert arguments(ESCL, Wish(paper="full"), "dev")[-4:] == ["-x", "215.9", "-y", "355.6"]


@pytest.mark.parametrize(
    ("wish", "code", "told"),
    [
        (Wish(resolution=240), "scanner.no-resolution", "200, 300"),
        (Wish(mode="lineart"), "scanner.no-mode", "Color, Gray"),
        (Wish(paper="a3"), "scanner.paper-too-large", "215.9 × 355.6 mm"),
        (Wish(settings=(("batch", "x"),)), "scanner.no-setting", "--brightness"),
        (Wish(source="glass", pages=2), "scanner.one-on-glass", "dev"),
        (Wish(mode="lineart", format="jpeg"), "scanner.lineart-jpeg", "dev"),
    ],
)
def test_what_it_cannot_do_is_said_with_what_it_can(wish: Wish, code: str, told: str) -> None:
    with pytest.raises(InputError) as raised:
        arguments(ESCL, wish, "dev")
    assert raised.value.code == code
    assert told in raised.value.text("en")


def test_a_device_without_a_duplex_feeder_says_its_sources() -> None:
    with pytest.raises(InputError) as raised:
        arguments(TEST, Wish(source="duplex", paper="full"), "test:0")
    assert raised.value.code == "scanner.no-source"
    assert "Automatic Document Feeder" in raised.value.text("zh_CN")


@given(
    st.builds(
        Wish, resolution=st.integers(50, 2400), mode=st.sampled_from(MODES), source=st.none() | st.sampled_from(SOURCES),
        paper=st.sampled_from(PAPERS), pages=st.none() | st.integers(1, 500),
    ),
    st.sampled_from([TEST, ESCL, {}, {"-x": Option(span=(0, 300))}]),
)  # fmt: skip
def test_whatever_is_asked_a_glass_is_never_scanned_for_ever(wish: Wish, device: dict[str, Option]) -> None:
    try:
        asked = arguments(device, wish, "dev")
    except InputError:
        return
    feeds = any(each.startswith("--source=A") for each in asked)
    assert feeds or "--batch-count=1" in asked
