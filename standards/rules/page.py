"""Rules of one page image."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from standards.papers import MM_PER_INCH
from standards.profiles import Profile
from standards.registry import Limit, Rule
from standards.values import VERDICTS_WORST_FIRST, Finding, Measure, PageFacts, Verdict

# DA/T 31-2017 9.5 names these "etc.": what it does not name and archives still open is for review, the rest fails.
_KEEPING_FORMATS = frozenset({"TIFF", "JPEG", "JPEG2000"})
_DOUBTFUL_FORMATS = frozenset({"PNG", "PDF"})
# An estimate below this confidence never fails a page.
_SURE = 0.6
_SEEN = 0.7
# True resolution within this of a limit keeps it: paper is cut to the millimetre.
_DPI_SLACK = 0.985
# 72 and 96 are written by programs that do not know: alone they say nothing of the scan.
_HEADER_MEANT = 100
# Bits of a pixel from which on it was stored in colour; a page in colour may use none.
_COLOUR_BITS = 24
_CHANNELS = 3
# A margin is found to a pixel and told to a tenth of a millimetre.
_MARGIN_SLACK_MM = 0.2
# What a person corrects on the optimised image; an original is judged on it only where it stands alone.
_ON_THE_OPTIMISED = frozenset({"page.skew", "page.crop", "page.border"})

_Judge = Callable[[Rule, PageFacts], Iterable[Finding]]


def judge_page(facts: PageFacts, profile: Profile) -> list[Finding]:
    """All that the profile's page rules find on one page; nothing where all pass."""
    found: list[Finding] = []
    for rule_id, judge in _JUDGES.items():
        rule = profile.rule(rule_id)
        if rule is not None and not _judged_elsewhere(rule_id, facts):
            found.extend(judge(rule, facts))
    return found


def _judged_elsewhere(rule_id: str, facts: PageFacts) -> bool:
    """What the images beside it are judged on: skew, crop and border of an original, all but damage of a derived PDF."""
    if facts.image_set == "derived":
        return rule_id != "page.damaged"
    return facts.optimised_too and rule_id in _ON_THE_OPTIMISED


def worst(findings: Iterable[Finding], measurable: bool = True) -> Verdict:
    """The worst verdict of a page's findings; `pass` without any, `not_measurable` where nothing could be judged."""
    verdicts = {finding.verdict for finding in findings} or ({"pass"} if measurable else {"not_measurable"})
    return next(verdict for verdict in VERDICTS_WORST_FIRST if verdict in verdicts)


def _number(facts: PageFacts, name: str) -> tuple[float, float] | None:
    """(value, confidence) of a measure that is a number."""
    measure = facts.measures.get(name)
    if measure is None or measure.reason is not None or isinstance(measure.value, str | bool | None):
        return None
    return float(measure.value), measure.confidence


def _text(facts: PageFacts, name: str) -> tuple[str, float] | None:
    measure = facts.measures.get(name)
    if measure is None or not isinstance(measure.value, str):
        return None
    return measure.value, measure.confidence


def _on(rule: Rule, facts: PageFacts, measured: Limit, *shown_by: str, **more: object) -> Finding:
    """A finding on the page; the places that the measures `shown_by` were read from go with it."""
    named = [facts.measures[name] for name in shown_by if name in facts.measures]
    boxes = [list(box) for measure in named for box in measure.boxes]
    marked = {**more, "boxes": boxes} if boxes else more
    return rule.finding(file=facts.file, page=facts.page, measured=measured, **marked)  # type: ignore[arg-type]


def _dpi(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """9.4: at least 200 dpi. Judged by the paper; where no paper shows, a header below the limit is for review."""
    true = _number(facts, "dpi")
    if true is not None:
        breach = _below(rule, true[0])
        if breach is not None:
            limit, verdict = breach
            sure = true[1] >= _SURE
            yield _on(rule, facts, round(true[0]), "dpi", limit=limit, verdict=verdict if sure else "review")
        return
    header = _number(facts, "dpi_header")
    if header is None or header[0] < _HEADER_MEANT:
        return
    breach = _below(rule, header[0])
    if breach is not None:
        yield _on(rule, facts, round(header[0]), limit=breach[0], verdict="review")


def _below(rule: Rule, dpi: float) -> tuple[float, Verdict] | None:
    """(the limit that `dpi` breaks, the verdict of that)."""
    if isinstance(rule.limit, int | float) and dpi < rule.limit * _DPI_SLACK:
        return rule.limit, rule.verdict
    if isinstance(rule.advised, int | float) and dpi < rule.advised * _DPI_SLACK:
        return rule.advised, "review"
    return None


def _dpi_header(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """The header must say what was captured (DA/T 46 M54); within 3 %."""
    true, header = _number(facts, "dpi"), _number(facts, "dpi_header")
    if true is None or header is None or true[1] < _SURE:
        return
    difference = 100 * abs(header[0] - true[0]) / true[0]
    if difference > _limit(rule):
        yield _on(rule, facts, round(header[0]), true=round(true[0]))


def _colour(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """9.3: colour where there is a seal or a photo. Where all must be in colour, a page is judged by how it was

    captured: one that was stored in colour and has black print alone is in order.
    """
    mode = _text(facts, "colour_mode")
    if mode is None or mode[0] == "colour":
        return
    demands = [name for name in ("red_stamp", "ring_seal", "portrait") if _at_least(facts, name, _SEEN)]
    if demands:
        verdict: Verdict = rule.verdict if mode[1] >= _SURE else "review"
        yield _on(rule, facts, mode[0], *demands, limit="colour", verdict=verdict)
    elif "all" in (rule.limit, rule.advised) and not _at_least(facts, "bit_depth", _COLOUR_BITS):
        yield _on(rule, facts, mode[0], limit="colour", verdict=rule.verdict if rule.limit == "all" else "review")


def _at_least(facts: PageFacts, name: str, least: float) -> bool:
    found = _number(facts, name)
    return found is not None and found[0] >= least


def _format(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """9.5, by content."""
    measure = facts.measures.get("format")
    if measure is None:
        return
    if measure.reason == "reason.no-format":
        # What cannot be opened either is damaged, and says so once.
        if not any(_damaged(rule, facts)):
            yield _on(rule, facts, "?")
    elif isinstance(measure.value, str) and measure.value not in _KEEPING_FORMATS:
        yield _on(rule, facts, measure.value, verdict="review" if measure.value in _DOUBTFUL_FORMATS else rule.verdict)


_DAMAGED = frozenset({"reason.damaged", "reason.too-large", "reason.unreadable", "reason.empty", "reason.locked"})


def _damaged(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """10.5.1: an incomplete or unreadable image is scanned again."""
    measure: Measure | None = facts.measures.get("blank")
    if measure is not None and measure.reason in _DAMAGED:
        yield _on(rule, facts, measure.reason.removeprefix("reason."))


def _skew(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """10.2 gives no number; the limit is ours or the profile's."""
    found = _number(facts, "skew_deg")
    if found is not None and found[1] >= 0.5 and abs(found[0]) > _limit(rule):
        yield _on(rule, facts, found[0], "skew_deg")


def _blank(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """7.1: no page is left out unmarked, so a blank page is shown to a person and never dropped."""
    if _at_least(facts, "blank", _limit(rule)):
        yield _on(rule, facts, _number(facts, "blank")[0], "blank")  # type: ignore[index]


def _orientation(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """10.2: turned into reading direction."""
    found = _number(facts, "orientation_deg")
    if found is not None and found[0] != 0 and found[1] >= 0.4:
        yield _on(rule, facts, round(found[0]), "orientation_deg")


def _border(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """10.3 asks for a margin of 2–3 mm outside the page: what is wider and dark was made by the scanner."""
    found = _number(facts, "border_mm")
    if found is not None and found[0] > _limit(rule):
        yield _on(rule, facts, found[0], "border_mm")


def _crop(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """10.3: the crop line lies 2–3 mm outside the page's edge; judged only where all edges show.

    An original that nobody cropped has no crop line: it is judged only where the profile gives `advised` for it.
    """
    found = _number(facts, "crop_margin_mm")
    asked = rule.limit if facts.image_set == "optimised" else rule.advised
    if found is None or not isinstance(asked, int | float) or found[0] + _MARGIN_SLACK_MM >= asked:
        return
    dpi = _number(facts, "dpi") or _number(facts, "dpi_header")
    pixels = math.ceil(asked * dpi[0] / MM_PER_INCH) if dpi else "–"
    yield _on(rule, facts, found[0], "crop_margin_mm", limit=asked, pixels=pixels)


def _bit_depth(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """9.3: eight bits for grey, and as many for each of the three channels of colour; a palette has fewer."""
    found, mode = _number(facts, "bit_depth"), _text(facts, "colour_mode")
    if found is None or mode is None or mode[0] == "bitonal":
        return
    asked = _limit(rule) * (_CHANNELS if mode[0] == "colour" else 1)
    if found[0] < asked:
        yield _on(rule, facts, round(found[0]), "bit_depth", limit=round(asked))


def _least(name: str) -> _Judge:
    """The measure `name` must reach the limit."""

    def judge(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
        found = _number(facts, name)
        if found is not None and found[0] < _limit(rule):
            yield _on(rule, facts, found[0], name)

    return judge


def _most(name: str) -> _Judge:
    """The measure `name` must not exceed the limit."""

    def judge(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
        found = _number(facts, name)
        if found is not None and found[0] > _limit(rule):
            yield _on(rule, facts, found[0], name)

    return judge


def _duplicate(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """10.5.2: no repeated scans. Which of the two stays is a person's choice."""
    found = _text(facts, "duplicate_of")
    if found is not None:
        yield _on(rule, facts, found[0], "duplicate_of", certain=round(found[1], 2))


def _drawn(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    """A page of a PDF that is no scan: what is kept beside the PDF is our drawing of it."""
    found = _number(facts, "drawn")
    if found is not None:
        yield _on(rule, facts, found[0])


def _name(rule: Rule, facts: PageFacts) -> Iterable[Finding]:
    if facts.name_pattern is None:
        yield _on(rule, facts, facts.file)


def _limit(rule: Rule) -> float:
    """The limit of a rule that compares numbers; the registry and `profiles` keep it a number."""
    if not isinstance(rule.limit, int | float):
        raise TypeError(f"{rule.id} needs a number as its limit")
    return float(rule.limit)


_JUDGES: dict[str, _Judge] = {
    "page.damaged": _damaged,
    "page.format": _format,
    "page.drawn": _drawn,
    "page.dpi": _dpi,
    "page.dpi-header": _dpi_header,
    "page.colour": _colour,
    "page.orientation": _orientation,
    "page.skew": _skew,
    "page.blank": _blank,
    "page.border": _border,
    "page.crop": _crop,
    "page.sharpness": _least("sharpness"),
    "page.contrast": _least("contrast"),
    "page.clipped": _most("clipped"),
    "page.bleed-through": _most("bleed_through"),
    "page.streaks": _most("streaks"),
    "page.moire": _most("moire"),
    "page.bit-depth": _bit_depth,
    "page.duplicate": _duplicate,
    "name.pattern": _name,
}
