"""Model folders for PaddleOCR, made from the networks in the `rapidocr` wheel: `python -m ocr.paddle_models FOLDER`.

PaddleOCR reads `inference.onnx` beside an `inference.yml` that says how a page is prepared and an answer understood; given
such folders it looks for nothing on the network.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from ocr import models

DETECTION, RECOGNITION = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"
# Of the longer side, in pixels, where lines are looked for. With more the package takes up to 3.6 GB.
SIDE = 960


def make_folders(target: Path) -> None:
    """Writes both folders below `target`, over what is there. OcrError `ocr.engine-missing` without the networks."""
    loaded = models.load("onnxruntime")
    files = models.model_files()
    # Without the blank and the space at its ends, which the package adds itself.
    characters = list(loaded.characters[1:-1])
    for name, file, steps in (
        (DETECTION, files["Det"], detection_steps()),
        (RECOGNITION, files["Rec"], recognition_steps(characters)),
    ):
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / "inference.onnx")
        # JSON is YAML; escapes would not be: beyond U+FFFF they are two.
        text = json.dumps({"Global": {"model_name": name}, **steps}, ensure_ascii=False, indent=1)
        (folder / "inference.yml").write_text(text + "\n", "utf-8")


def detection_steps() -> dict[str, Any]:
    """As the model was trained: ImageNet's mean and deviation; boxes by differentiable binarisation."""
    return {
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetResizeForTest": {"resize_long": SIDE}},
                {
                    "NormalizeImage": {
                        "mean": [0.485, 0.456, 0.406],
                        "std": [0.229, 0.224, 0.225],
                        "scale": "1./255.",
                        "order": "hwc",
                    }
                },
                {"ToCHWImage": None},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "max_candidates": 1000,
            "unclip_ratio": 1.5,
        },
    }


def recognition_steps(characters: list[str]) -> dict[str, Any]:
    """Lines 48 pixels high, at least 320 wide; CTC over `characters`."""
    return {
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": characters},
    }


if __name__ == "__main__":
    make_folders(Path(sys.argv[1]))
