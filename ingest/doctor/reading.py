"""Can this machine read, with what, and why with that."""

from __future__ import annotations

from dataclasses import asdict

from base.digests import sha256_of_file
from base.errors import JuanzongError
from base.machine import machine_bytes, readers, usable_cores
from base.settings import Settings
from ingest.doctor.check import Check
from ocr import models, paddle_process, runtimes, self_test
from ocr.runtimes import Choice, Trial

# One reading process with its models and a large page.
_WORKER_BYTES = 1_300_000_000
_GB = 1_000_000_000
_PACKAGES = ("rapidocr", "openvino", "onnxruntime", "opencv-python-headless", "numpy", "Pillow", "pikepdf", "tantivy")


def runtime(settings: Settings, *, again: bool) -> Check:
    """The runtime that reads, its reason, and how each of the others did on the known page."""
    choice = self_test.choice(again=again)
    if choice is None:
        return Check("runtime", "fail", "doctor.runtime.none", data={"runtime": None})
    wished = settings.ocr_runtime
    used = choice.runtime if wished == "auto" else wished
    trial = _trial_of(used, choice)
    data = {
        "runtime": used,
        "chosen_by": "self-test" if wished == "auto" else "settings",
        "trials": [asdict(trial) for trial in choice.trials],
    }
    if trial.reason:
        return Check("runtime", "fail", "doctor.runtime.broken", {"runtime": used, "reason": trial.reason}, data)
    code = "doctor.runtime.chosen" if wished == "auto" else "doctor.runtime.set"
    params = {"runtime": used, "precision": trial.precision, "seconds": trial.seconds, "others": _others(choice, used)}
    slower = used == "onnxruntime" and wished == "auto"
    return Check("runtime", "warn" if slower else "ok", code, params, data)


def _trial_of(runtime: str, choice: Choice) -> Trial:
    """Where the processor gives OpenVINO f32 anyway, its trial stands for `openvino-f32` too."""
    tried = {trial.runtime: trial for trial in choice.trials}
    return tried.get(runtime) or tried.get("openvino") or Trial(runtime)


def _others(choice: Choice, used: str) -> str:
    told = [
        f"{trial.runtime} {trial.reason or f'{trial.seconds:.2f} s'}"
        for trial in choice.trials
        if trial.runtime != used
    ]
    return "; ".join(told) or "–"


def processor() -> Check:
    features = runtimes.features()
    data = {"name": runtimes.processor(), "features": features, "cores": usable_cores()}
    params = {**data, "features": " ".join(features) or "–"}
    plain = features and not {"avx512f", "amx_bf16", "asimd"}.intersection(features)
    return Check("processor", "ok", "doctor.processor.plain" if plain else "doctor.processor.found", params, data)


def memory(settings: Settings) -> Check:
    count, there = readers(settings.workers), machine_bytes()
    data = {"bytes": there, "workers": count, "bytes_per_worker": _WORKER_BYTES}
    params: dict[str, object] = {
        "gb": round(there / _GB, 1),
        "workers": count,
        "needed": round(count * _WORKER_BYTES / _GB, 1),
    }
    short = there and count * _WORKER_BYTES > there
    return Check(
        "memory", "warn" if short else "ok", "doctor.memory.short" if short else "doctor.memory.found", params, data
    )


def networks() -> Check:
    """The model files by digest: a result names the same ones."""
    try:
        files = models.model_files()
    except (ImportError, FileNotFoundError) as error:
        return Check("models", "fail", "doctor.models.missing", {"detail": str(error)})
    digests = {file.name: sha256_of_file(file) for file in files.values()}
    told = ", ".join(f"{name} {digest[:12]}" for name, digest in digests.items())
    return Check("models", "ok", "doctor.models.found", {"files": told}, {"sha256": digests})


def packages() -> Check:
    versions = {name: runtimes.package_version(name) for name in _PACKAGES}
    missing = [name for name, version in versions.items() if not version]
    if missing:
        return Check("packages", "fail", "doctor.packages.missing", {"names": ", ".join(missing)}, versions)
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return Check("packages", "ok", "doctor.packages.found", {"versions": told}, versions)


def second_engine(settings: Settings) -> Check:
    """PaddleOCR is a choice: only an office that has chosen it needs it, and for that one it is started here."""
    place = paddle_process.PaddlePlace()
    wished = settings.ocr_engine == paddle_process.NAME
    if not place.is_set_up():
        return Check("paddleocr", "fail" if wished else "ok", "doctor.paddle.absent", data={"set_up": False})
    if not wished:
        return Check("paddleocr", "ok", "doctor.paddle.there", data={"set_up": True})
    try:
        process = paddle_process.PaddleProcess(place, paddle_process.Limits())
    except JuanzongError as error:
        detail = str(error.params.get("detail", error.code))
        return Check("paddleocr", "fail", "ocr.paddle-broken", {"detail": detail}, {"set_up": True})
    process.close()
    data = {"set_up": True, "version": process.version}
    return Check("paddleocr", "ok", "doctor.paddle.works", {"version": process.version}, data)
