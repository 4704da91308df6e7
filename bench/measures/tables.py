"""The tables of `python -m bench measure`, from outcomes to Markdown. What falls short stands there like the rest."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from bench.measures.run import PROFILE, Outcome
from bench.measures.scores import Errors, Seen, detection, errors, interval, lean, ranked, seen
from standards.papers import PAPERS
from standards.profiles import load_profile

Outcomes = Sequence[Outcome]


def all_tables(outcomes: Outcomes) -> dict[str, str]:
    """Section title → table."""
    return {
        "Errors of what is a number": _errors_table(outcomes),
        "What is there and what was seen": _seen_table(outcomes),
        "True resolution: where it is answered": _coverage_table(outcomes),
        "Rules of the profile da-t-31 on the pages above": _rules_table(outcomes),
        "Blank and nearly blank, by kind": _kinds_table(outcomes),
    }


def of(outcomes: Outcomes, *groups: str) -> list[Outcome]:
    return [each for each in outcomes if each.group in groups]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows about no page at all are left out: a run may measure some groups only."""
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows if row[1:3] not in (("0", "0"), ("0", "–")))])


def _errors_table(outcomes: Outcomes) -> str:
    turned, real = of(outcomes, "turned"), lean(of(outcomes, "real"))
    skew, small = (0.1, 0.3), [each for each in turned if each.tags["reach"] == "±3°"]
    decided = [each for each in of(outcomes, "sized") if not _another(each)]
    rows = [
        _error_row("skew, turned within ±15°", "°", errors(turned, "skew_deg"), skew),
        _error_row("— within ±3° of these", "°", errors(small, "skew_deg"), skew),
        _error_row("skew, upright and on its side", "°", errors(of(outcomes, "upright", "bedded"), "skew_deg"), skew),
    ]
    for kind in ("print", "handwriting"):
        pages = [each for each in real if each.tags["kind"] == kind]
        rows.append(_error_row(f"skew, real {kind}", "°", errors(pages, "skew_deg"), skew))
    rows += [
        _error_row("true dpi, A4/16K/B5/A3", "%", errors(decided, "dpi", _share_of("dpi")), (math.nan, 3.0)),
        _error_row("border", "mm", errors(of(outcomes, "bedded"), "border_mm")),
        _error_row("crop margin", "mm", errors(of(outcomes, "bedded", "sized"), "crop_margin_mm")),
        _error_row("JPEG quality", "", errors(outcomes, "jpeg_quality")),
        _error_row("clipped", "points", errors(of(outcomes, "exposed"), "clipped", _points)),
    ]
    rows = [row for row in rows if row[1] != "0"]
    return _table(("measure", "pages", "answered", "median", "p95", "worst", "limit: median, p95", "ratio"), rows)


def _share_of(name: str):  # type: ignore[no-untyped-def]
    return lambda each: 100 * abs(each.values[name] / each.truth[name] - 1)


def _points(each: Outcome) -> float:
    return 100 * abs(float(each.values["clipped"]) - float(each.truth["clipped"]))


def _error_row(name: str, unit: str, found: Errors, limits: tuple[float, float] | None = None) -> tuple[str, ...]:
    median, p95, worst = found.at(0.5), found.at(0.95), found.at(1.0)
    shown = ratio = ""
    if limits is not None:
        shown = ", ".join("–" if math.isnan(limit) else f"≤ {limit:g} {unit}" for limit in limits)
        pairs = zip((median, p95), limits, strict=True)
        ratio = ", ".join("–" if math.isnan(limit) else f"{value / limit:.2f}" for value, limit in pairs)
    figures = (f"{value:.2f} {unit}".strip() for value in (median, p95, worst))
    return name, str(found.asked), f"{100 * found.covered:.1f} %", *figures, shown, ratio


def _seen_table(outcomes: Outcomes) -> str:
    rows = [
        *_ways(outcomes),
        _seen_row("blank", detection(of(outcomes, "blanks", "nearly"), "blank"), "≥ 99 %, ≤ 0.5 %"),
        _seen_row("blank, against written pages too", detection(outcomes, "blank"), "≥ 99 %, ≤ 0.5 %"),
        _seen_row("red seal", detection(outcomes, "red_stamp")),
        _seen_row("seal's ring in a grey capture", detection(outcomes, "ring_seal")),
        _seen_row("portrait", detection(outcomes, "portrait")),
        _seen_row("damaged or cut off", seen((each.truth["damaged"], "blank" not in each.values) for each in outcomes if "damaged" in each.truth)),
        _seen_row("bleed-through (15 % and more against none)", _bleed(outcomes)),
        *(_striped(outcomes, name) for name in ("streaks", "moire")),
        *_equal_rows(outcomes),
    ]  # fmt: skip
    head = ("seen", "with it", "without", "recall", "95 %", "false alarms", "95 %", "precision here", "limit")
    return _table(head, rows) + "\n\n" + _rankings(outcomes)


def _ways(outcomes: Outcomes) -> Iterable[tuple[str, ...]]:
    real = of(outcomes, "real")
    kinds = {kind: [each for each in real if each.tags["kind"] == kind] for kind in ("print", "handwriting")}
    for title, pages in (
        ("generated", of(outcomes, "upright")), *((f"real {kind}", chosen) for kind, chosen in kinds.items()),
    ):  # fmt: skip
        asked = [each for each in pages if "orientation_deg" in each.truth]
        right = sum(each.values.get("orientation_deg") == each.truth["orientation_deg"] for each in asked)
        told = sum("orientation_deg" in each.values for each in asked)
        low, high = interval(right, len(asked))
        share = f"{100 * right / max(1, len(asked)):.1f} %"
        sure = f"{100 * right / max(1, told):.1f} % of the answered {told}"
        yield (
            f"orientation right, {title}", str(len(asked)), "–", share, f"{100 * low:.1f}–{100 * high:.1f}", "–", "–", sure, "≥ 99.5 %",
        )  # fmt: skip


def _striped(outcomes: Outcomes, name: str) -> tuple[str, ...]:
    pages = of(outcomes, "striped")
    made = any(name in each.values for each in pages)
    return _seen_row(name if made else f"{name} (no such measure yet)", detection(pages, name))


def _bleed(outcomes: Outcomes) -> Seen:
    pages = [each for each in of(outcomes, "shone") if each.truth["bleed_share"] in (0.0, 0.15, 0.3)]
    return seen((each.truth["bleed_share"] > 0, float(each.values.get("bleed_through") or 0) >= 0.5) for each in pages)


def _equal_rows(outcomes: Outcomes) -> Iterable[tuple[str, ...]]:
    for name in ("colour_mode", "format", "bit_depth"):
        asked = [each for each in outcomes if name in each.truth]
        right = sum(each.values.get(name) == each.truth[name] for each in asked)
        low, high = interval(right, len(asked))
        shares = (f"{100 * right / max(1, len(asked)):.1f} %", f"{100 * low:.1f}–{100 * high:.1f}")
        yield f"{name} right", str(len(asked)), "–", *shares, "–", "–", "–", ""


def _seen_row(name: str, found: Seen, limit: str = "") -> tuple[str, ...]:
    low, high = interval(found.found, found.wanted)
    least, most = interval(found.false, found.clean)
    return (
        name, str(found.wanted), str(found.clean), f"{100 * found.recall:.1f} %", f"{100 * low:.1f}–{100 * high:.1f}",
        f"{100 * found.alarms:.2f} %", f"{100 * least:.1f}–{100 * most:.1f}", f"{100 * found.precision:.1f} %", limit,
    )  # fmt: skip


def _rankings(outcomes: Outcomes) -> str:
    """For measures without a limit of their own: does more of the defect score higher?"""

    def scores(group: str, key: str, wanted: tuple[float, ...], name: str) -> list[float]:
        pages = [each for each in of(outcomes, group) if each.truth.get(key) in wanted]
        return [float(each.values[name]) for each in pages if name in each.values]

    bleed = ranked(
        scores("shone", "bleed_share", (0.15, 0.3), "bleed_through"), scores("shone", "bleed_share", (0.0,), "bleed_through")
    )  # fmt: skip
    steps = [
        f"{sigma} mm: {_median(scores('blurred', 'blur_mm', (sigma,), 'sharpness')):.2f}"
        for sigma in (0.04, 0.08, 0.15, 0.30, 0.45)
    ]
    return (
        f"A page with 15 % or 30 % of its other side shining through scores above one with none in {100 * bleed:.1f} % of all pairs. "
        f"Median sharpness by the blur's sigma: {', '.join(steps)}."
    )


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else math.nan


def _another(each: Outcome) -> bool:
    """Does the false header make a known sheet of the pixels (A3 at 150 dpi under 300 is A5)? Then nothing decides."""
    if each.tags["header"] != "false":
        return False
    shrunk = each.truth["dpi"] / each.truth["dpi_header"]
    sides = next((short * shrunk, long * shrunk) for name, short, long in PAPERS if name == each.tags["paper"])
    return any(
        all(abs(side - mm) <= 0.01 * mm + 0.8 for side, mm in zip(sides, paper, strict=True)) for _, *paper in PAPERS
    )


def _coverage_table(outcomes: Outcomes) -> str:
    rows = []
    pages = [
        (each, "false, but fits another sheet" if _another(each) else each.tags["header"])
        for each in of(outcomes, "sized")
    ]
    for header in ("honest", "false", "none", "false, but fits another sheet"):
        for frame in dict.fromkeys(each.tags["frame"] for each, _ in pages):
            chosen = [each for each, said in pages if said == header and each.tags["frame"] == frame]
            found = errors(chosen, "dpi", _share_of("dpi"))
            wrong = sum(size > 3 for size in found.sizes)
            by_paper = defaultdict(list)
            for each in chosen:
                by_paper[each.tags["paper"]].append("dpi" in each.values)
            answered = ", ".join(f"{paper} {sum(told)}/{len(told)}" for paper, told in sorted(by_paper.items()))
            why = ", ".join(f"{reason.removeprefix('reason.')} {count}" for reason, count in found.reasons.items())
            shown = f"{found.at(0.95):.2f} %" if found.sizes else "–"
            rows.append((f"header {header}, {frame}", str(found.asked), answered, shown, str(wrong), why or "–"))
    return _table(("", "pages", "answered", "p95", "wrong by more than 3 %", "not answered"), rows)


def _rules_table(outcomes: Outcomes) -> str:
    rows = []
    for rule, judge in _EXPECTED.items():
        known = [(judge(each), rule in each.rules) for each in outcomes if judge(each) is not None]
        rows.append(_seen_row(rule, seen((bool(there), told) for there, told in known))[:-1])
    head = ("rule", "planted", "without", "recall", "95 %", "false alarms", "95 %", "precision here")
    note = "A page within a fifth of a rule's limit counts neither way; what could not be measured counts as not found."
    return _table(head, rows) + "\n\n" + note


def _around(rule: str) -> tuple[float, float]:
    """A fifth below the limit that the profile sets, and a fifth above."""
    chosen = load_profile(PROFILE).rule(rule)
    limit = float(chosen.limit) if chosen is not None and isinstance(chosen.limit, int | float) else math.nan
    return 0.8 * limit, 1.2 * limit


def _beyond(each: Outcome, name: str, low: float, high: float) -> bool | None:
    """True above `high`, False below `low`, None between or unknown."""
    value = each.truth.get(name)
    if value is None or low <= abs(value) <= high:
        return None
    return bool(abs(value) > high)


def _lying(each: Outcome) -> bool | None:
    true, header = each.truth.get("dpi"), each.truth.get("dpi_header")
    return None if true is None or header is None else bool(abs(header / true - 1) > 0.05)


def _uncoloured(each: Outcome) -> bool | None:
    """Captured without colour although something demands it; only where all is known of seal and portrait."""
    if each.group != "captured" or each.truth.get("colour_mode") == "bitonal":
        return None
    if each.truth["colour_mode"] == "colour":
        return False
    demanded = each.truth["ring_seal"] or each.truth.get("portrait")
    return None if demanded is None else bool(demanded)


_EXPECTED = {
    "page.skew": lambda each: _beyond(each, "skew_deg", *_around("page.skew")),
    "page.border": lambda each: _beyond(each, "border_mm", *_around("page.border")),
    "page.dpi": lambda each: None if "dpi" not in each.truth else each.truth["dpi"] < _around("page.dpi")[0],
    "page.dpi-header": _lying,
    "page.blank": lambda each: each.truth.get("blank"),
    "page.orientation": lambda each: bool(each.truth["orientation_deg"]) if each.group == "upright" else None,
    "page.sharpness": lambda each: _beyond(each, "blur_mm", 0.1, 0.29),
    "page.colour": _uncoloured,
    "page.damaged": lambda each: each.truth.get("damaged"),
    "page.format": lambda each: each.truth["format"] in ("PNG", "BMP", "GIF") if "format" in each.truth else None,
}


def _kinds_table(outcomes: Outcomes) -> str:
    by_kind: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for each in of(outcomes, "blanks", "nearly"):
        by_kind[each.tags["kind"], each.truth["blank"]].append(float(each.values.get("blank") or 0))
    rows = []
    for (kind, blank), values in sorted(by_kind.items(), key=lambda item: (not item[0][1], item[0][0])):
        right = sum((value >= 0.5) is blank for value in values)
        low, high = interval(right, len(values))
        shares = (f"{100 * right / len(values):.1f} %", f"{100 * low:.1f}–{100 * high:.1f}")
        rows.append((kind, "blank" if blank else "not blank", str(len(values)), *shares))
    return _table(("paper", "is", "pages", "told right", "95 %"), rows)


def reasons(outcomes: Outcomes, name: str) -> dict[str, int]:
    return dict(Counter(each.reasons[name] for each in outcomes if name in each.reasons))
