"""The arithmetic of a plan: each function one rule, exact in decimals, without knowledge of files, forms or screens."""

from __future__ import annotations

import math
from fractions import Fraction

from standards.norms import Norm, Section

PER = 10_000
ITEMS_PER_VOLUME = 10
MB_PER_TB = 1_000_000

Number = int | float | Fraction


def exact(value: Number) -> Fraction:
    """The decimal that was written, not its nearest binary neighbour: a count must not tip over at 0.1 + 0.2."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def volumes_of_items(items: Number) -> float:
    """Volumes (卷) that stand for so many items (件): 令13号 第15条 puts 10万件 beside 万卷."""
    return float(exact(items) / ITEMS_PER_VOLUME)


def projected_volumes(stock: Number, yearly_growth: Number, year: int) -> float:
    """Stock after `year` years of even growth (令13号 第15条: 存量 + 年增长量 × 存放年限)."""
    return float(exact(stock) + exact(yearly_growth) * year)


def area_m2(norm: Norm, volumes: Number) -> float:
    """Usable m2 for so many volumes: the ratio, and not less than the norm's smallest area.

    The floor is tested on the volumes handed in, so a caller that hands in projected volumes gets a need that has no
    jump: 15 m2 is exactly 2,500 volumes at 60 m2 per 10,000.
    """
    return float(max(_by_ratio(norm, volumes), exact(norm.floor_m2 or 0)))


def floor_applies(norm: Norm, volumes: Number) -> bool:
    """Whether the smallest area, not the ratio, decides (令13号: fewer than 2500 卷)."""
    return norm.floor_m2 is not None and _by_ratio(norm, volumes) < exact(norm.floor_m2)


def _by_ratio(norm: Norm, volumes: Number) -> Fraction:
    return exact(norm.m2_per_10000) * exact(volumes) / PER


def occupied_metres(volumes: Number, thickness_mm: Number) -> float:
    """Linear metres (延长米) that the volumes themselves take."""
    return float(exact(volumes) * exact(thickness_mm) / 1000)


def shelf_metres(volumes: Number, thickness_mm: Number, fill: Number) -> float:
    """Linear metres of shelf to put up when only the part `fill` of each shelf is used."""
    return float(exact(volumes) * exact(thickness_mm) / 1000 / exact(fill))


def volumes_per_section(section: Section, thickness_mm: Number) -> int:
    """Volumes that a standard section takes when full: whole volumes on each shelf."""
    return section.tiers * section.sides * math.floor(exact(section.net_mm) / exact(thickness_mm))


def sections(volumes: Number, per_section: int, fill: Number) -> int:
    """Standard sections to put up; a section begun is a section bought. `per_section` at least 1."""
    return math.ceil(exact(volumes) / (per_section * exact(fill)))


def area_by_shelving(volumes: Number, thickness_mm: Number, metres_per_m2: Number) -> float:
    """Usable m2 by the storage index of JGJ 25-2010 §4.2.10, which holds its own fill of 0.9."""
    return float(exact(volumes) * exact(thickness_mm) / 1000 / exact(metres_per_m2))


def thickness_held(area: Number, volumes: Number, metres_per_m2: Number) -> float | None:
    """The thickest volume (mm) for which `area` suffices on such shelving; None without volumes."""
    if not volumes:
        return None
    return float(exact(area) * exact(metres_per_m2) * 1000 / exact(volumes))


def staff(norm: Norm, volumes: Number) -> int | None:
    """People by the norm's ratio, a part of one counted as one; None where the norm gives no ratio."""
    if norm.volumes_per_staff is None:
        return None
    return math.ceil(exact(volumes) / exact(norm.volumes_per_staff))


def storage_tb(volumes: Number, pages_per_volume: Number, mb_per_page: Number, copies: int) -> float:
    """Decimal TB for all copies of all pages (sides, not sheets)."""
    return float(exact(volumes) * exact(pages_per_volume) * exact(mb_per_page) * copies / MB_PER_TB)
