"""The plain values that rules read and answer with. Measured by `ingest`, judged by `standards`, kept by `archive`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Verdict = Literal["pass", "fail", "review", "not_measurable"]
Severity = Literal["critical", "major", "minor", "info"]
# text: read in the standard itself (T) · secondary: a local rule, tender, notes (S) · practice: other software (C) ·
# project: our own value (P). Only `text` may fail a page unless a profile raises a rule.
Certainty = Literal["text", "secondary", "practice", "project"]
# What a finding is about, from small to large.
AppliesTo = Literal["page", "material", "dossier", "batch", "package"]
# The mark of a source in the facts of this project: the text itself, a secondary source, other software, our own value.
MARKS: dict[Certainty, str] = {"text": "T", "secondary": "S", "practice": "C", "project": "P"}
# Left, top, right, bottom in pixels of the stored image.
Box = tuple[int, int, int, int]

VERDICTS_WORST_FIRST: tuple[Verdict, ...] = ("fail", "review", "not_measurable", "pass")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured value of one page in its unit, with a confidence of 0–1; or the reason why there is none.

    `value` is None exactly where `reason` (a stable code, `reason.…` in the message catalogue) is given. `boxes` are the
    places on the page that it was read from, each left, top, right, bottom in pixels of the stored image.
    """

    name: str
    value: float | int | str | bool | None
    unit: str = ""
    confidence: float = 1.0
    reason: str | None = None
    boxes: tuple[Box, ...] = ()

    def as_json(self) -> dict[str, Any]:
        if self.reason is not None:
            return {"reason": self.reason}
        found = {"value": self.value, "unit": self.unit, "confidence": round(self.confidence, 3)}
        return {**found, "boxes": [list(box) for box in self.boxes]} if self.boxes else found


Measures = dict[str, Measure]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What rules know of one page: its place in the delivery and its measures. No file is opened to judge it.

    `file` is the path relative to the argument, with `/`; `page` counts from 1 within the file; `dossier` and `material`
    are keys of the delivery (never a database id); `number` is the page's number within its material as its name gives
    it; `image_set` tells the linked versions of one page apart (原始 as scanned, 优化 processed, a PDF derived from them).
    `place` is the page's place in its dossier, shared by its versions; `optimised_too` says of an original that its
    optimised version is there as well, on which skew, crop and border are judged.
    """

    file: str
    page: int
    measures: Measures
    dossier: str | None = None
    material: str | None = None
    number: int | None = None
    image_set: Literal["original", "optimised", "derived"] = "original"
    name_pattern: str | None = None
    place: int | None = None
    optimised_too: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a page, material, dossier, batch or package: value, limit, clause and how certain the rule is.

    `params` fill the placeholders of the message `finding.RULE` of the catalogue (rule id with its dot); `boxes` among
    them (left, top, right, bottom in pixels of the stored image) mark the places on the page. `file` is None
    where it is about no single file; `subject` is then the dossier or material it is about, as the delivery names it.
    """

    rule: str
    verdict: Verdict
    severity: Severity
    file: str | None = None
    page: int | None = None
    subject: str | None = None
    measured: float | int | str | None = None
    limit: float | int | str | None = None
    unit: str = ""
    clause: str = ""
    certainty: Certainty = "project"
    params: dict[str, Any] = field(default_factory=dict)


class Reported(Protocol):
    """A finding to group, count and tell: fresh from a rule, or as the catalogue keeps it with its figures as text."""

    @property
    def rule(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def measured(self) -> float | int | str | None: ...
    @property
    def limit(self) -> float | int | str | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def certainty(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
