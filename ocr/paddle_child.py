"""PaddleOCR in a process of its own: `.venv-paddle/bin/python -I ocr/paddle_child.py MODELS THREADS BYTES`.

Imports nothing of ours: its environment holds PaddleOCR and what that needs, no more. It asks and answers over stdin and
stdout in frames: four bytes (big-endian length), so many bytes of JSON, then the pixels that the JSON's "shapes" tell of.

    {"ask": "find", "id": n, "shapes": [[h, w, 3]]}    →  {"id": n, "rss": bytes, "quads": [[[x, y] × 4], …]}
    {"ask": "read", "id": n, "shapes": [[h, w, 3], …]} →  {"id": n, "rss": bytes, "lines": [[text, confidence, columns, [column, …]], …]}

Pixels are BGR, uint8. What goes wrong with one question is answered by "error", a text, and the next one is answered. The
process takes no more than BYTES of memory, and ends when its parent does. First of all it says {"version": …}: the models are loaded.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")
# The pages never leave this machine, whatever the clients of model hubs that the package brings would like to ask.
_REFUSED = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"})
# Batches of 6 like in our own recogniser; a line 100 times as long as high holds nothing, and costs much.
_BATCH = 6

Frame = tuple[dict[str, Any], bytes]


def main(models: Path, threads: int, most_bytes: int) -> None:
    """Loads the models, then answers until stdin ends."""
    sys.addaudithook(_refuse_network)
    # Past it an allocation fails, and with it one question: better than the machine's own killer, who takes a neighbour.
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    # The package prints; only frames may go to stdout.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, questions), daemon=True).start()
    reader = _Reader(models, threads)
    _send(answers, {"version": reader.version})
    while True:
        header, body = questions.get()
        _send(answers, _answer(reader, header, body))


def _refuse_network(event: str, _: object) -> None:
    if event in _REFUSED:
        raise PermissionError(f"{event}: this process has no network")


def _listen(stream: BinaryIO, questions: queue.SimpleQueue[Frame]) -> None:
    """In a thread of its own, so that the end of the parent ends this process in the middle of a page too."""
    while len(head := stream.read(_LENGTH.size)) == _LENGTH.size:
        header = json.loads(stream.read(*_LENGTH.unpack(head)))
        questions.put((header, stream.read(sum(h * w * c for h, w, c in header["shapes"]))))
    os._exit(0)


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def _answer(reader: _Reader, header: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        images = list(_images(header["shapes"], body))
        said: dict[str, Any] = (
            {"quads": reader.find(images[0])} if header["ask"] == "find" else {"lines": reader.read(images)}
        )
    except Exception as error:  # noqa: BLE001 - the question ends here; the next one may go well
        said = {"error": f"{type(error).__name__}: {error}"[:500]}
    return {"id": header["id"], "rss": _resident_bytes(), **said}


def _images(shapes: list[list[int]], body: bytes) -> Iterator[Any]:
    import numpy as np  # noqa: PLC0415 - of the other environment

    start = 0
    for height, width, channels in shapes:
        end = start + height * width * channels
        yield np.frombuffer(body[start:end], np.uint8).reshape(height, width, channels)
        start = end


def _resident_bytes() -> int:
    told = Path("/proc/self/statm")
    return int(told.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") if told.is_file() else 0


class _Reader:
    """The package's detection and recognition, on ONNX Runtime, from local folders."""

    def __init__(self, models: Path, threads: int) -> None:
        import cv2  # noqa: PLC0415
        from paddleocr import TextDetection, TextRecognition, __version__  # noqa: PLC0415

        cv2.setNumThreads(threads)
        usual = {
            "engine": "onnxruntime",
            "engine_config": {"intra_op_num_threads": threads, "inter_op_num_threads": 1},
            "device": "cpu",
        }
        self.version = str(__version__)
        self._detection, self._recognition = (
            kind(model_name=folder.name, model_dir=str(folder), **usual)
            for kind, folder in (
                (TextDetection, models / "PP-OCRv6_small_det"),
                (TextRecognition, models / "PP-OCRv6_small_rec"),
            )
        )

    def find(self, image: Any) -> list[Any]:
        (found,) = self._detection.predict(image, batch_size=1)
        return [[[float(x), float(y)] for x, y in quad] for quad in found["dt_polys"]]

    def read(self, cuts: list[Any]) -> list[list[Any]]:
        """In the order given. Batches are of like width, or the package mistakes how wide a line of a batch is."""
        order = sorted(range(len(cuts)), key=lambda i: cuts[i].shape[1] / cuts[i].shape[0])
        lines: list[list[Any]] = [[]] * len(cuts)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            found = self._recognition.predict([cuts[i] for i in chosen], batch_size=_BATCH, return_word_box=True)
            for i, line in zip(chosen, found, strict=True):
                text, (columns, _, places, _) = line["rec_text"]
                lines[i] = [text, float(line["rec_score"]), float(columns), [at for word in places for at in word]]
        return lines


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
