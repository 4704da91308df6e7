"""What a PDF page shows: nothing but one image, or more than that."""

from __future__ import annotations

from dataclasses import dataclass, field

import pikepdf

# Operators that show nothing: state, marked content, text placement. Text itself is allowed where it is invisible (Tr 3).
_SILENT = frozenset(
    [
        "gs",
        "w",
        "J",
        "j",
        "M",
        "d",
        "ri",
        "i",
        "g",
        "G",
        "rg",
        "RG",
        "k",
        "K",
        "cs",
        "CS",
        "sc",
        "SC",
        "scn",
        "SCN",
        "BT",
        "ET",
        "Tc",
        "Tw",
        "Tz",
        "TL",
        "Tf",
        "Ts",
        "Td",
        "TD",
        "Tm",
        "T*",
        "BMC",
        "BDC",
        "EMC",
        "MP",
        "DP",
        "BX",
        "EX",
        "n",
    ]
)
_TEXT = frozenset(("Tj", "TJ", "'", '"'))
_INVISIBLE = 3
_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Placed:
    """One image and where it lies: `box` left, bottom, right, top in points; `turn` clockwise; `dpi` of its own pixels."""

    image: pikepdf.Stream
    box: tuple[float, float, float, float]
    turn: int
    dpi: tuple[float, float]


@dataclass(slots=True)
class _State:
    """The walk through a content stream. `many` ends it: the page must be drawn."""

    matrix: pikepdf.Matrix = field(default_factory=pikepdf.Matrix)
    text_mode: int = 0
    stack: list[tuple[pikepdf.Matrix, int]] = field(default_factory=list)
    found: list[tuple[pikepdf.Stream, pikepdf.Matrix]] = field(default_factory=list)
    many: bool = False


def only_image(page: pikepdf.Page) -> Placed | None:
    """The one image that is all the page shows; None where it shows more, less, or an image that needs painting.

    An invisible text layer (as OCR writes it) does not count as shown; annotations do.
    """
    if len(page.obj.get("/Annots", ())) > 0:
        return None
    state = _State()
    for instruction in pikepdf.parse_content_stream(page):
        _step(state, page, list(instruction.operands), str(instruction.operator))
        if state.many:
            return None
    if len(state.found) != 1:
        return None
    image, matrix = state.found[0]
    return _placed(image, matrix) if _is_plain(image) else None


def _step(state: _State, page: pikepdf.Page, operands: list[pikepdf.Object], operator: str) -> None:
    if operator == "q":
        state.stack.append((state.matrix, state.text_mode))
    elif operator == "Q":
        if state.stack:
            state.matrix, state.text_mode = state.stack.pop()
    elif operator == "cm":
        state.matrix = pikepdf.Matrix(*(float(value) for value in operands)) @ state.matrix
    elif operator == "Tr":
        state.text_mode = int(operands[0])
    elif operator == "Do":
        _draw(state, page, operands)
    elif operator in _TEXT:
        state.many = state.text_mode != _INVISIBLE
    elif operator not in _SILENT:
        state.many = True


def _draw(state: _State, page: pikepdf.Page, operands: list[pikepdf.Object]) -> None:
    drawn = page.resources.get("/XObject", pikepdf.Dictionary()).get(str(operands[0])) if operands else None
    if not isinstance(drawn, pikepdf.Stream) or drawn.get("/Subtype") != pikepdf.Name.Image:
        state.many = True
        return
    state.found.append((drawn, state.matrix))
    state.many = len(state.found) > 1


def _is_plain(image: pikepdf.Stream) -> bool:
    """No mask and no inverted levels: what is stored is what is shown."""
    if any(key in image for key in ("/SMask", "/Mask")) or image.get("/ImageMask", False):
        return False
    decode = image.get("/Decode")
    return decode is None or all(float(value) == index % 2 for index, value in enumerate(decode))


def _placed(image: pikepdf.Stream, matrix: pikepdf.Matrix) -> Placed | None:
    turn = _turn(matrix)
    if turn is None:
        return None
    corners = [matrix.transform(point) for point in ((0, 0), (1, 0), (0, 1), (1, 1))]
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    box = min(xs), min(ys), max(xs), max(ys)
    width, height = box[2] - box[0], box[3] - box[1]
    if width <= 0 or height <= 0:
        return None
    if turn in (90, 270):
        width, height = height, width
    return Placed(image, box, turn, (int(image.Width) / width * 72, int(image.Height) / height * 72))


def _turn(matrix: pikepdf.Matrix) -> int | None:
    """The clockwise quarter turn with which the image is placed; None for a slanted or mirrored one."""
    size = max(abs(value) for value in (matrix.a, matrix.b, matrix.c, matrix.d))
    flat = abs(matrix.b) <= _TOLERANCE * size and abs(matrix.c) <= _TOLERANCE * size
    upended = abs(matrix.a) <= _TOLERANCE * size and abs(matrix.d) <= _TOLERANCE * size
    if flat and matrix.a * matrix.d > 0:
        return 0 if matrix.a > 0 else 180
    if upended and matrix.b * matrix.c < 0:
        return 270 if matrix.b > 0 else 90
    return None
