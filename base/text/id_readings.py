"""The valid ID numbers nearest to one that was read with a wrong check digit, or with a digit lost or doubled.

They are offered to a person, never put in its place: numbers on paper can be truly wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from base.text import identity
from base.text.identity import IdNumber, Sex

# Digits that readers and writers take for each other, by groups.
_ALIKE = ("08", "06", "17", "14", "27", "38", "35", "39", "49", "56", "58", "68", "69", "79", "89", "0X", "23", "12")
_PAIRS = frozenset(pair for group in _ALIKE for pair in (group, group[::-1]))
# What a single change costs: a confusable digit, two neighbours swapped, a digit lost or doubled, any other digit.
_CONFUSED, _SWAPPED, _LOST, _OTHER = 1, 2, 2, 3
_MANY = 5


def nearest(text: str, *, birth: date | None = None, sex: Sex | None = None) -> tuple[str, ...]:
    """At most five valid numbers one change away from what `text` holds, the likeliest first; none for a valid one.

    Likeliest are those that agree with the `birth` date and the `sex` that the same page states, then those that need the
    smallest change: a digit easily misread, two neighbours swapped, one lost or doubled, any other digit.
    """
    plain = identity.characters(text)
    costs: dict[str, int] = {}
    for number, cost in _changed(plain):
        costs[number] = min(cost, costs.get(number, cost))
    costs.pop(plain, None)
    valid = [
        (_strangeness(found, birth, sex), cost, number) for number, cost in costs.items() if (found := _valid(number))
    ]
    if _valid(plain):
        return ()
    return tuple(number for _, _, number in sorted(valid)[:_MANY])


def _valid(number: str) -> IdNumber | None:
    found = identity.parse(number)
    return found if found.state == "ok" else None


def _strangeness(found: IdNumber, birth: date | None, sex: Sex | None) -> int:
    """How many of what the page states disagree; a birth date weighs more than a sex."""
    return 2 * (birth is not None and found.birth != birth) + (sex is not None and found.sex != sex)


def _changed(plain: str) -> Iterator[tuple[str, int]]:
    """All numbers of 18 characters that one change makes of `plain`, with its cost."""
    if len(plain) == 18:
        yield from _replaced(plain)
        for at in range(17):
            yield plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :], _SWAPPED
    elif len(plain) == 17:
        for at in range(18):
            for digit in "0123456789X" if at == 17 else "0123456789":
                yield plain[:at] + digit + plain[at:], _LOST
    elif len(plain) == 19:
        for at in range(19):
            doubled = plain[at] in plain[max(0, at - 1) : at] + plain[at + 1 : at + 2]
            yield plain[:at] + plain[at + 1 :], _CONFUSED if doubled else _LOST


def _replaced(plain: str) -> Iterator[tuple[str, int]]:
    for at, old in enumerate(plain):
        for digit in "0123456789X" if at == 17 else "0123456789":
            if digit != old:
                yield plain[:at] + digit + plain[at + 1 :], _CONFUSED if old + digit in _PAIRS else _OTHER
