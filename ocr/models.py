"""The detection and recognition networks that ship in the `rapidocr` wheel, on OpenVINO or ONNX Runtime.

The one module that names the inference libraries. Nothing is downloaded: a missing model file is an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from base.digests import sha256_of_file
from base.images import Pixels
from base.machine import usable_cores
from ocr import known_page, runtimes
from ocr.errors import OcrError
from ocr.geometry import Quad
from ocr.recognition import Reading, recognise

Runtime = Literal["openvino", "openvino-f32", "onnxruntime"]
RuntimeChoice = Literal["auto", "openvino", "openvino-f32", "onnxruntime"]
Library = Literal["openvino", "onnxruntime"]

# In the order in which they are tried where no self-test has chosen.
RUNTIMES: tuple[Runtime, ...] = ("openvino", "openvino-f32", "onnxruntime")
# Kept with each result: they decide what was read.
PARAMETERS: dict[str, Any] = {
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,
    "Det.unclip_ratio": 1.6,
    "Det.box_thresh": 0.5,
}
# Shapes of its input for which OpenVINO keeps what it prepared, in place of its 5,000.
KEPT_SHAPES = {"CPU_RUNTIME_CACHE_CAPACITY": "20"}
_FILES = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}


@dataclass(frozen=True, slots=True)
class Models:
    """Loaded networks of one process. `characters[0]` is the CTC blank; `digests` are SHA-256 by file name.

    `precision` is in what the runtime really counts: f32, or bf16 where the processor offers it and nobody forbids it.
    """

    runtime: Runtime
    precision: str
    detector: Any
    recogniser: Any
    characters: tuple[str, ...]
    digests: dict[str, str]
    version: str

    def find_lines(self, bgr: NDArray[np.uint8]) -> list[Quad]:
        """Boxes of text lines, corners clockwise from the stored top left."""
        found = self.detector(bgr).boxes
        return [] if found is None else [np.asarray(quad, np.float32) for quad in found]

    def score_columns(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities as line × column × character; valid until the next call."""
        return np.asarray(self.recogniser(batch))

    def read_lines(self, cuts: Sequence[Pixels]) -> list[Reading]:
        """What each cut-out line says, RGB, upright; in the order given."""
        return recognise(self.score_columns, self.characters, cuts)


def load(choice: RuntimeChoice, parameters: dict[str, Any] | None = None) -> Models:
    """The networks on the wished runtime, which has read the known page well.

    `auto`: what the self-test chose for this machine (`ocr.runtimes`), and without its word OpenVINO as the processor
    gives it, then in f32, then ONNX Runtime: the first that loads and reads. OcrError `ocr.engine-missing` where the
    runtime or a model file is not there or does not run on this machine, `ocr.runtime-misreads` where it reads nonsense.
    """
    chosen = {**PARAMETERS, **(parameters or {})}
    if choice != "auto":
        return _tried(choice, chosen)
    kept = runtimes.kept_choice()
    *first, last = sorted(RUNTIMES, key=lambda runtime: runtime != kept)
    for runtime in first:
        with suppress(OcrError):
            return _tried(runtime, chosen)
    return _tried(last, chosen)


def _tried(runtime: Runtime, parameters: dict[str, Any]) -> Models:
    """Loaded, and the known page read, so that a runtime that cannot work here is known before the first page."""
    _silence()
    failures = _failures(_library(runtime))
    try:
        models = _loaded(runtime, parameters)
        errors = known_page.errors_of(models)
    except failures as error:
        raise OcrError("ocr.engine-missing", engine=f"rapidocr/{runtime}", detail=_first_line(error)) from error
    if errors > known_page.MOST_ERRORS:
        raise OcrError("ocr.runtime-misreads", engine=f"rapidocr/{runtime}", errors=errors)
    return models


def _library(runtime: Runtime) -> Library:
    return "onnxruntime" if runtime == "onnxruntime" else "openvino"


def _silence() -> None:
    """Neither runtime reports its use to its maker. Before either is loaded: later it is too late.

    ONNX Runtime does it from version 1.29 on, by a native client of its own that no hook of Python's sees; with this
    variable it opens no socket and leaves no identifier of the machine in the home folder. OpenVINO's converter loads a
    client for it, and runs without one.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def _failures(library: Library) -> tuple[type[Exception], ...]:
    usual: tuple[type[Exception], ...] = (ImportError, OSError, RuntimeError, ValueError)
    try:
        if library == "openvino":
            from rapidocr.inference_engine.openvino import OpenVINOError  # noqa: PLC0415

            return (*usual, OpenVINOError)
        from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError  # noqa: PLC0415

        return (*usual, ONNXRuntimeError)
    except ImportError:
        return usual


def _loaded(runtime: Runtime, parameters: dict[str, Any]) -> Models:
    from rapidocr import EngineType, RapidOCR  # noqa: PLC0415
    from rapidocr.ch_ppocr_det import TextDetector  # noqa: PLC0415
    from rapidocr.inference_engine.base import get_engine  # noqa: PLC0415

    library = _library(runtime)
    engine_type = EngineType(library)
    files = model_files()
    config = RapidOCR(
        params={
            "Global.log_level": "error",
            "Det.engine_type": engine_type,
            "Rec.engine_type": engine_type,
            "Det.model_path": str(files["Det"]),
            "Rec.model_path": str(files["Rec"]),
            **_threads(library),
            **parameters,
        }
    ).cfg
    for part in (config.Det, config.Rec):
        part.engine_cfg = config.EngineConfig[library]
    detector, recogniser = TextDetector(config.Det), get_engine(engine_type)(config.Rec)
    precision = "f32" if library == "onnxruntime" else _compiled_again((detector.session, recogniser), runtime)
    return Models(
        runtime=runtime,
        precision=precision,
        detector=detector,
        recogniser=recogniser,
        characters=("", *recogniser.get_character_list(), " "),
        digests={file.name: sha256_of_file(file) for file in files.values()},
        version=version("rapidocr"),
    )


def _compiled_again(sessions: tuple[Any, Any], runtime: Runtime) -> str:
    """Both networks compiled with what rapidocr has no word for; answers what they count in.

    Lines come in hundreds of widths, and OpenVINO keeps what it prepared for each: a gigabyte more after some hundred
    pages. Few kept shapes hold the memory flat and cost no time that was measured (decision 0012).
    """
    # By name: a contractor's PC, where this module runs too, has no OpenVINO.
    core = import_module("openvino").Core()
    wished: dict[str, Any] = {"INFERENCE_NUM_THREADS": usable_cores(), "NUM_STREAMS": 1, **KEPT_SHAPES}
    if runtime == "openvino-f32":
        wished["INFERENCE_PRECISION_HINT"] = "f32"
    for session in sessions:
        session.session = core.compile_model(session.model, "CPU", wished).create_infer_request()
    told = sessions[0].session.get_compiled_model().get_property("INFERENCE_PRECISION_HINT")
    return str(told.get_type_name())


def model_files() -> dict[str, Path]:
    """The networks by part, "Det" and "Rec"; FileNotFoundError where the package lacks one."""
    import rapidocr  # noqa: PLC0415

    folder = Path(rapidocr.__file__).parent / "models"
    files = {part: folder / name for part, name in _FILES.items()}
    for file in files.values():
        if not file.is_file():
            raise FileNotFoundError(f"{file.name} is missing from the rapidocr package")
    return files


def _threads(library: Library) -> dict[str, Any]:
    """As many threads as the process has cores; more would fight with the neighbours' for them."""
    cores = usable_cores()
    if library == "openvino":
        return {"EngineConfig.openvino.inference_num_threads": cores, "EngineConfig.openvino.num_streams": 1}
    return {"EngineConfig.onnxruntime.intra_op_num_threads": cores, "EngineConfig.onnxruntime.inter_op_num_threads": 1}


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
