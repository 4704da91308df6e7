"""The rules: pure functions from measured facts to findings. No rule opens a file."""

from standards.rules.delivery import (
    AbsentDossier,
    DossierFacts,
    MaterialFacts,
    PersonFacts,
    UnreadableList,
    judge_batch,
    judge_dossier,
    judge_lists,
    judge_people,
)
from standards.rules.page import judge_page, worst

__all__ = [
    "AbsentDossier", "DossierFacts", "MaterialFacts", "PersonFacts", "UnreadableList", "judge_batch", "judge_dossier",
    "judge_lists", "judge_page", "judge_people", "worst",
]  # fmt: skip
