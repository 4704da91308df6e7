"""Characters in a name that say nothing: boxes, 〓, places of private fonts, what a conversion lost. All of them become □.

A list typed with a private font holds code points that mean something on one machine only (造字). Eighty of them are no
secret: GBK kept them in the private area until they got code points of their own (䶮 among them).
"""

from __future__ import annotations

import re
import unicodedata

UNREADABLE = "□"
# □ in its forms, 〓 (the printer's "no such type"), U+FFFD and the question marks that a conversion leaves behind.
_BOXES = frozenset("□◻☐▢▯⬚〓\ufffd?？")
# The code points that GBK's FE50–FEA0 had before, and the characters they are now (GB 18030). 䶮 is the last but one.
_OLD_PLACE = 0xE815
_THEN_KNOWN = "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
_KNOWN = {chr(_OLD_PLACE + place): char for place, char in enumerate(_THEN_KNOWN)}
# A character beyond the first plane is lost as two marks.
_LOST_PAIR = re.compile("[?？\ufffd]{2}")


def is_unreadable(char: str) -> bool:
    """Whether one character of a name stands for a character that nobody can read off it."""
    return char in _BOXES or (unicodedata.category(char) in ("Co", "Cs", "Cn") and char not in _KNOWN)


def has_unreadable(name: str) -> bool:
    return any(map(is_unreadable, name))


def has_private(name: str) -> bool:
    """Whether a name holds code points that only some machines show, those that are known included."""
    return any(unicodedata.category(char) == "Co" for char in name)


def nearest(name: str) -> str:
    """The name with □ for each character that cannot be read, and the known ones of GBK's private area as they are now."""
    return "".join(UNREADABLE if is_unreadable(char) else _KNOWN.get(char, char) for char in name)


def searched_forms(name: str) -> tuple[str, ...]:
    """What a name as written is searched by besides itself: its nearest reading, one □ for a pair of lost marks as well.

    Nothing for a name of which no character can be read: it would be found by every name of its length.
    """
    forms = (nearest(name), nearest(_LOST_PAIR.sub(UNREADABLE, name)))
    return tuple(dict.fromkeys(form for form in forms if form != name and form.strip(UNREADABLE + " ")))
