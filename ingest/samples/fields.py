"""What a person's life writes into the fields and lists of a form of a given day."""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.samples.people import Person
from ingest.samples.words import Rng, chinese_small, chinese_year, pick

Rows = tuple[tuple[str, ...], ...]
_SUBJECTS = ("语文", "数学", "政治", "物理", "化学", "体育", "机械制图")
_ORGANS = ("内科", "外科", "五官科", "血压", "胸部透视", "心电图", "化验", "视力")
_FINDINGS = ("未见异常", "正常", "心肺正常", "120/80毫米汞柱", "窦性心律", "左1.2右1.0")


def long_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_date(day: date) -> str:
    return f"{chinese_year(day.year)}年{chinese_small(day.month)}月"


def wage_at(p: Person, year: int) -> float:
    """The last wage set up to that year, a beginner's before the first change."""
    return next((amount for when, amount in reversed(p.wages) if when <= year), 31.0)


def fields_of(rng: Rng, w: dict[str, Any], p: Person, day: date) -> dict[str, str]:
    """Every field that a form may ask for, as the clerk of that day would write it."""
    year, old, now = day.year, wage_at(p, day.year - 1), wage_at(p, day.year)
    party_then = p.party is not None and p.party <= day
    short = rng.random() < 0.5
    sentences = {
        "birth_cn": chinese_date(p.birth),
        "native": p.native,
        "father": p.father,
        "mother": p.mother,
        "school": p.school,
        "work_cn": chinese_date(p.work_start),
        "enterprise": p.enterprise,
        "workshop": p.workshop,
        "trade": p.trade,
    }
    return {
        "name": p.name,
        "former": p.former_name,
        "sex": p.sex,
        "ethnic": p.ethnic,
        "native": p.native,
        "birth": long_date(p.birth),
        "birth_ym": f"{p.birth.year}.{p.birth.month}" if short else f"{p.birth.year}年{p.birth.month}月",
        "id": p.id_number,
        "unit": p.unit_in(year),
        "workshop": p.workshop,
        "trade": p.trade,
        "schooling": p.schooling,
        "school": p.native[3:] + p.school,
        "work_start": f"{p.work_start.year}年{p.work_start.month}月",
        "address": p.address,
        "party": f"{p.party.year}年{p.party.month}月于{p.enterprise}" if p.party and party_then else "未入党",
        "party_state": "中共党员" if party_then else "群众",
        "confirmed": "预备期满,按期转正。",
        "retired": long_date(p.retired),
        "service": str(p.retired.year - p.work_start.year),
        "worker": p.worker_number,
        "date": long_date(day),
        "year": f"{year}",
        "age": f"{year - p.birth.year}",
        "serial": f"{int(rng.integers(1, 400)):03d}",
        "code": p.unit_in(year)[3:5] + "人字",
        "wage": f"{now:.2f}",
        "wage_old": f"{old:.2f}",
        "raise": f"{now - old:.2f}",
        "grade": chinese_small(2 + max(0, year - 1965) // 7) + "级",
        "grade_old": chinese_small(1 + max(0, year - 1965) // 7) + "级",
        "post_old": f"{old * 0.4:.0f}",
        "skill_old": f"{old * 0.6:.0f}",
        "post_new": f"{now * 0.4:.0f}",
        "skill_new": f"{now * 0.6:.0f}",
        "effective": f"{year}年{day.month}月1日",
        "wage_reason": pick(rng, w["wage_reasons"]),
        "class_status": pick(rng, ("学生", "工人", "职员")),
        "origin": pick(rng, ("工人", "贫农", "中农", "职员", "城市贫民")),
        "cadre": "干部",
        "health": "健康",
        "married": "未婚",
        "nothing": "无",
        "empty": "",
        "health_note": "经检查身体健康,符合招工条件。",
        "skill": f"熟悉{p.trade}操作技术。",
        "reward": f"{max(p.work_start.year + 1, year - 3)}年被评为{pick(rng, w['honours'])}。",
        "honour": pick(rng, w["honours"]),
        "relations": "社会关系清楚,无海外关系。",
        "summary": _some(rng, w["appraisals"], 3),
        "appraisal": _some(rng, w["appraisals"], 2),
        "merit": _some(rng, w["merits"], 2, ";") + "。" + _some(rng, w["appraisals"], 2),
        "wish": _some(rng, w["wishes"], 4) + _some(rng, w["prose"], 5).format(**sentences),
        "autobiography": _life(w, p, sentences),
        "report": f"{year}年{day.month}月",
    }


def _life(w: dict[str, Any], p: Person, sentences: dict[str, str]) -> str:
    """An autobiography of two pages: the stock phrases around the facts of this life."""
    stock = [sentence.format(**sentences) for sentence in w["prose"]]
    family = "".join(f"{who}{name},{born}年生,{job}。" for who, name, born, job in p.family)
    career = "".join(f"{when}在{where}任{post},证明人{witness}。" for when, where, post, witness in p.career)
    return "".join(stock[:5]) + family + career + "".join(stock[5:]) + "".join(w["appraisals"] + w["wishes"])


def _some(rng: Rng, sentences: list[str], count: int, between: str = "") -> str:
    order = rng.permutation(len(sentences))[:count]
    return between.join(sentences[int(index)] for index in order)


def lists_of(rng: Rng, w: dict[str, Any], p: Person, day: date) -> dict[str, Rows]:
    """The rows of a form's tables; a career holds only what had begun by that day."""
    career = tuple(row for row in p.career if int(row[0][:4]) <= day.year)
    return {
        "career": career,
        "family": tuple(
            row for row in p.family if int(row[2]) < day.year - (1 if row[0] not in ("妻子", "丈夫") else 22)
        ),
        "school": ((f"{p.birth.year + 7}.9-{p.graduated}.7", p.native[3:] + p.school, "毕业"),),
        "marks": tuple((subject, *(str(int(rng.integers(62, 98))) for _ in range(3))) for subject in _SUBJECTS),
        "medical": tuple((organ, pick(rng, _FINDINGS), pick(rng, w["leaders"])) for organ in _ORGANS),
    }
