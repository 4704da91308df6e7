"""The rules: pure functions from measured facts to findings. No rule opens a file."""

from standards.rules.delivery import judge_batch, judge_dossier, judge_lists
from standards.rules.facts import (
    AbsentDossier,
    CatalogueRow,
    DossierFacts,
    ListFacts,
    MaterialFacts,
    PersonFacts,
    UnreadableList,
)
from standards.rules.package import PackageFacts, judge_package
from standards.rules.page import judge_page, worst
from standards.rules.people import judge_heads, judge_people

__all__ = [
    "AbsentDossier", "CatalogueRow", "DossierFacts", "ListFacts", "MaterialFacts", "PackageFacts", "PersonFacts", "UnreadableList",
    "judge_batch", "judge_dossier", "judge_heads", "judge_lists", "judge_package", "judge_page", "judge_people", "worst",
]  # fmt: skip
