"""The rules: pure functions from measured facts to findings. No rule opens a file."""

from standards.rules.delivery import DossierFacts, MaterialFacts, PersonFacts, judge_batch, judge_dossier, judge_people
from standards.rules.page import judge_page, worst

__all__ = [
    "DossierFacts", "MaterialFacts", "PersonFacts", "judge_batch", "judge_dossier", "judge_page", "judge_people", "worst",
]  # fmt: skip
