"""One fictional person whose life is the same on every form of the dossier, unless a fault is planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ingest.samples.words import Rng, pick, rng_of, split_of, words

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# Monthly standard wage in yuan by the year of the change: a rough chain of the real rounds.
_WAGES = (
    (1971, 33.0),
    (1977, 38.6),
    (1979, 44.5),
    (1983, 51.0),
    (1985, 63.0),
    (1987, 78.0),
    (1990, 108.0),
    (1993, 186.0),
    (1995, 312.0),
    (1998, 465.0),
    (2002, 720.0),
    (2006, 1180.0),
    (2010, 1960.0),
)


@dataclass(frozen=True, slots=True)
class Person:
    """`id_number` is what the papers bear: its check digit is wrong where that fault was planted."""

    name: str
    former_name: str
    sex: str
    ethnic: str
    native: str
    area_code: str
    birth: date
    id_number: str
    schooling: str
    school: str
    graduated: int
    work_start: date
    party: date | None
    retired: date
    enterprise: str
    enterprise_new: str
    workshop: str
    trade: str
    worker_number: str
    wages: tuple[tuple[int, float], ...]
    family: tuple[tuple[str, str, str, str], ...]
    career: tuple[tuple[str, str, str, str], ...]
    father: str
    mother: str
    address: str

    def unit_in(self, year: int) -> str:
        """The enterprise's name in that year: most were renamed in the 1990s."""
        return self.enterprise if year < 1996 else self.enterprise_new


def check_digit(first17: str) -> str:
    """Check character of an 18-digit ID number, GB 11643-1999 (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def make_person(seed: int, number: int) -> Person:
    """The person of dossier `number` of a seed; depends on nothing else."""
    split = split_of(seed)
    w, rng = words(split), rng_of(seed, number, 0, 1)
    male = bool(rng.random() < 0.6)
    birth = date(int(rng.integers(1940, 1963)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    work_start = date(birth.year + int(rng.integers(17, 23)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    retired = date(birth.year + (60 if male else 50), birth.month, 28)
    native, area = pick(rng, w["places"])
    enterprise, enterprise_new = pick(rng, w["enterprises"])
    name = _name(rng, w, male)
    first17 = f"{area}{birth:%Y%m%d}{int(rng.integers(1, 50)) * 2 + (1 if male else 0) + 100:03d}"
    party = date(work_start.year + int(rng.integers(4, 15)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    first = Person(
        name=name,
        former_name=name[0] + pick(rng, w["given_male"]) + "子" if rng.random() < 0.25 else "无",
        sex="男" if male else "女",
        ethnic=pick(rng, w["ethnic"]),
        native=native,
        area_code=area,
        birth=birth,
        id_number=first17 + check_digit(first17),
        schooling=pick(rng, w["degrees"]),
        school=pick(rng, w["schools"]),
        graduated=min(birth.year + 18, work_start.year),
        work_start=work_start,
        party=party if rng.random() < 0.55 else None,
        retired=retired,
        enterprise=native[3:] + enterprise,
        enterprise_new=native[3:] + enterprise_new,
        workshop=pick(rng, w["workshops"]),
        trade=pick(rng, w["trades"]),
        worker_number=f"{int(rng.integers(1000, 99999)):05d}",
        wages=tuple((y, a + int(rng.integers(0, 9))) for y, a in _WAGES if work_start.year < y < retired.year),
        family=(),
        career=(),
        father=name[0] + pick(rng, w["given_male"]) + pick(rng, w["given_male"]),
        mother=pick(rng, w["surnames"]) + pick(rng, w["given_female"]) + pick(rng, w["given_female"]),
        address=f"{native[3:]}建设路{int(rng.integers(2, 188))}号",
    )
    return replace(first, family=_family(rng, w, first), career=_career(rng, w, first))


def _name(rng: Rng, w: dict[str, Any], male: bool) -> str:
    surname: str = pick(rng, w["rare_surnames"]) if rng.random() < 0.15 else pick(rng, w["surnames"])
    given: str = w["given_male"] if male else w["given_female"]
    second: str = pick(rng, w["rare_given"]) if rng.random() < 0.12 else pick(rng, given)
    return surname + (pick(rng, given) if rng.random() < 0.8 else "") + second


def _family(rng: Rng, w: dict[str, Any], p: Person) -> tuple[tuple[str, str, str, str], ...]:
    spouse_given = w["given_female"] if p.sex == "男" else w["given_male"]
    child = pick(rng, w["given_male"])
    surname = p.name[0] if p.sex == "男" else pick(rng, w["surnames"])
    spouse = surname if p.sex == "女" else pick(rng, w["surnames"])
    rows = [
        ("父亲", p.father, str(p.birth.year - 26)),
        ("母亲", p.mother, str(p.birth.year - 24)),
        (
            "妻子" if p.sex == "男" else "丈夫",
            spouse + pick(rng, spouse_given) + pick(rng, spouse_given),
            str(p.birth.year + 1),
        ),
        ("长子", surname + child, str(p.birth.year + 26)),
        ("女儿", surname + pick(rng, w["given_female"]), str(p.birth.year + 29)),
    ]
    return tuple((a, b, c, pick(rng, w["family_jobs"])) for a, b, c in rows)


def _career(rng: Rng, w: dict[str, Any], p: Person) -> tuple[tuple[str, str, str, str], ...]:
    begin = p.work_start
    cuts = [p.birth.year + 7, p.graduated, begin.year, begin.year + 3, begin.year + 11, begin.year + 22]
    places = [
        (pick(rng, w["schools"]), "学生"),
        (p.native[3:] + "待分配", "青年"),
        (p.enterprise + p.workshop, "学徒工"),
        (p.enterprise + p.workshop, p.trade),
        (p.enterprise + pick(rng, w["workshops"]), "班组长"),
    ]
    return tuple(
        (f"{a}.9-{b}.{begin.month}", where, post, pick(rng, w["leaders"]))
        for a, b, (where, post) in zip(cuts, cuts[1:], places, strict=False)
        if b > a
    )


def with_birth(p: Person, birth: date) -> Person:
    """The person as a form states him whose birth date contradicts the others; the ID number stays."""
    return replace(p, birth=birth)


def with_wrong_check(p: Person) -> Person:
    """The person with an ID number whose last character is wrong."""
    right = _CHECK.index(p.id_number[-1])
    return replace(p, id_number=p.id_number[:-1] + _CHECK[(right + 3) % 11])


def sharing_id(p: Person, other: Person) -> Person:
    """`p` with the ID number, sex and birth date of `other`: one ID number on two people."""
    return replace(p, id_number=other.id_number, sex=other.sex, birth=other.birth, area_code=other.area_code)
