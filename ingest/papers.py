"""The key papers of a delivered dossier, judged from its 卷内目录 and its row of the hand-over list."""

from __future__ import annotations

from ingest.delivery.model import DeliveredDossier
from standards.key_papers import PersonTimes, TitledMaterial, times_of
from standards.profiles import Profile
from standards.rules.completeness import judge_completeness
from standards.values import Finding


def judge_papers(dossier: DeliveredDossier, profile: Profile) -> list[Finding]:
    """Nothing is said of a dossier without a 卷内目录."""
    row = dossier.person
    person = PersonTimes() if row is None else times_of(row.sex, row.birth, row.retired, row.id_number)
    materials = [
        TitledMaterial(f"{each.class_code}-{each.number}", each.class_code, each.title, each.year)
        for each in dossier.materials
    ]
    return judge_completeness(dossier.key, person, materials, profile)
