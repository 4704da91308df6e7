"""Which runtime reads here: chosen by what each makes of the known page, kept for this processor and these packages."""

from __future__ import annotations

import os
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace

import pytest

from ocr import known_page, models, runtimes, self_test
from ocr.errors import OcrError
from ocr.models import Runtime
from ocr.recognition import Reading
from ocr.runtimes import Choice, Trial

FAST = Trial("openvino", "bf16", 0.1, 0)
EXACT = Trial("openvino-f32", "f32", 0.2, 0)
SLOW = Trial("onnxruntime", "f32", 0.3, 0)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "juanzong" / "runtime.json"


@pytest.mark.parametrize(
    ("trials", "chosen"),
    [
        ((FAST, EXACT, SLOW), "openvino"),
        ((replace(FAST, errors=1), EXACT, SLOW), "openvino-f32"),
        ((replace(FAST, seconds=0.9), replace(EXACT, seconds=0.8), SLOW), "onnxruntime"),
        ((replace(FAST, seconds=0.21), EXACT, SLOW), "openvino"),
        ((replace(FAST, reason="illegal instruction"), replace(EXACT, reason="the same"), SLOW), "onnxruntime"),
    ],
)
def test_the_fastest_of_those_that_read_best(trials: tuple[Trial, ...], chosen: str) -> None:
    found = runtimes.choose(trials)
    assert found == Choice(chosen, trials)


def test_where_none_reads_none_is_chosen() -> None:
    assert runtimes.choose((replace(FAST, reason="x"),)) is None


def test_the_choice_is_kept_until_processor_or_packages_change(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runtimes.kept() is None
    choice = Choice("onnxruntime", (FAST, SLOW))
    assert runtimes.keep(choice)
    assert runtimes.kept() == choice
    monkeypatch.setattr(runtimes, "processor", lambda: "another")
    assert runtimes.kept() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": 1', "\x00"])
def test_a_damaged_note_counts_for_nothing(cache: Path, text: str) -> None:
    cache.parent.mkdir()
    cache.write_text(text, "utf-8")
    assert runtimes.kept() is None
    assert runtimes.keep(Choice("openvino", (FAST,)))
    assert runtimes.kept_choice() == "openvino"


def test_without_a_place_to_keep_it_the_test_is_run_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert not runtimes.keep(Choice("openvino", (FAST,)))
    assert runtimes.kept() is None


def test_auto_takes_what_was_kept_and_tests_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtimes.keep(Choice("onnxruntime", (SLOW,)))
    assert self_test.choice() == Choice("onnxruntime", (SLOW,))
    assert models.load("auto").runtime == "onnxruntime"


def test_a_runtime_that_misreads_is_passed_over(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads without a word and counts wrongly, as runtimes have on new processors."""
    errors = {"openvino": 40, "openvino-f32": known_page.MOST_ERRORS + 1, "onnxruntime": known_page.MOST_ERRORS}
    monkeypatch.setattr(models, "_loaded", lambda runtime, _: SimpleNamespace(runtime=runtime))
    monkeypatch.setattr(known_page, "errors_of", lambda loaded: errors[loaded.runtime])
    assert models.load("auto").runtime == "onnxruntime"
    with pytest.raises(OcrError, match="juanzong doctor") as refusal:
        models.load("openvino-f32")
    assert refusal.value.code == "ocr.runtime-misreads"


class _Reads:
    """Networks that read every line as the same text."""

    version = "1"

    def __init__(self, text: str) -> None:
        self._text = text

    def find_lines(self, bgr: object) -> list[object]:
        return [known_page.np.asarray([[0, 0], [90, 0], [90, 30], [0, 30]], "float32")]

    def read_lines(self, cuts: list[object]) -> list[Reading]:
        return [Reading(self._text, 0.9, ())]


def test_faults_on_the_known_page_are_counted() -> None:
    text = "".join(known_page.TEXT)
    for said, errors in ((text, 0), ("x" + text[1:], 1), (text[:-2], 2), ("", len(text)), (text + "多", 1)):
        assert known_page.errors_of(_Reads(said)) == errors  # type: ignore[arg-type]


def test_a_trial_tells_time_faults_and_memory() -> None:
    (trial,) = self_test.trials(("onnxruntime",))
    assert (trial.precision, trial.errors, trial.reason) == ("f32", 0, "")
    assert trial.seconds > 0
    assert trial.memory > 50 << 20


def test_f32_is_not_tried_where_the_processor_gives_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "_tried_apart", lambda runtime: Trial(runtime, "f32", 0.1))
    assert [trial.runtime for trial in self_test.trials()] == ["openvino", "onnxruntime"]
    monkeypatch.setattr(self_test, "_tried_apart", lambda runtime: Trial(runtime, reason="does not load"))
    assert len(self_test.trials()) == 3


def _dies(pipe: Connection, runtime: Runtime) -> None:
    """As an instruction that the processor lacks would have it."""
    os.abort()


def test_a_runtime_that_takes_its_process_with_it_is_told_and_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "_try", _dies)
    (trial,) = self_test.trials(("openvino",))
    assert "status -6" in trial.reason
    assert runtimes.choose((trial, SLOW)) == Choice("onnxruntime", (trial, SLOW))
