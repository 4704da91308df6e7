"""The XML of a hand-over package, from somebody else's program: read as a stream, no DTD, no entities, whatever encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from standards.rules.package import CATALOGUE_FIELDS, CatalogueFile, EntryFacts

MAX_BYTES = 32 << 20
_MAX_ENTRIES = 300_000
_MAX_DEPTH = 64
_KNOWN = frozenset(name for names in CATALOGUE_FIELDS.values() for name in names) | {"页数"}
# An element that has one of these fields is an entry, whatever it is called itself.
_OF_AN_ENTRY = frozenset({"顺序号", "档号", "题名"})
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_MARKS = ((codecs.BOM_UTF8, "UTF-8", "utf-8-sig"), (codecs.BOM_UTF16_LE, "UTF-16", "utf-16"),
          (codecs.BOM_UTF16_BE, "UTF-16", "utf-16"))  # fmt: skip
_NAMES = {"UTF8": "UTF-8", "GB-2312": "GB2312", "GB-18030": "GB18030", "CP936": "GBK"}


class _RefusedError(Exception):
    """Why the parser stopped: dtd, damaged, too-large."""


@dataclass(slots=True)
class _Element:
    name: str
    fields: list[str] = field(default_factory=list)
    filled: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)


def read_xml(data: bytes, path: str) -> CatalogueFile:
    """What the XML holds and what it is written in; never raises, a file that cannot be read has a `problem`."""
    if not data.strip():
        return CatalogueFile(path, "empty")
    text, declared, true = _decoded(data)
    if text is None:
        return CatalogueFile(path, "damaged", declared, None)
    try:
        entries = _entries(text)
    except _RefusedError as refused:
        return CatalogueFile(path, str(refused), declared, true)
    return CatalogueFile(path, None, declared, true, entries)


def _decoded(data: bytes) -> tuple[str | None, str, str | None]:
    """(text, encoding as declared, encoding of the bytes). GB2312 is read as GB18030, which holds it."""
    for mark, name, codec in _MARKS:
        if data.startswith(mark):
            text = _try(data, codec)
            return text, name, name if text is not None else None
    match = _DECLARED.match(data.lstrip())
    declared = match.group(1).decode("ascii").upper() if match else "UTF-8"
    declared = _NAMES.get(declared, declared)
    text = _try(data, "utf-8")
    if text is not None:
        # Plain ASCII is the same in all of them; Chinese in GB is next to never valid UTF-8 by chance.
        return text, declared, declared if text.isascii() else "UTF-8"
    text = _try(data, "gb18030")
    if text is None:
        return None, declared, None
    return text, declared, declared if declared in ("GB2312", "GBK") else "GB18030"


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _entries(text: str) -> tuple[EntryFacts, ...]:
    """All entries in order. _RefusedError `dtd` before any declaration of an entity is looked at."""
    collector = _Collector()
    # The encoding given here overrules the one in the declaration.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.data
    try:
        parser.Parse(text.strip().encode("utf-8"), True)
    except expat.ExpatError:
        raise _RefusedError("damaged") from None
    return tuple(collector.entries)


def _refuse_dtd(name: str, system: str | None, public: str | None, internal: bool) -> None:
    raise _RefusedError("dtd")


class _Collector:
    """Keeps the fields of open elements only; a document of any length takes the memory of its entries."""

    def __init__(self) -> None:
        self.entries: list[EntryFacts] = []
        self._open: list[_Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise _RefusedError("damaged")
        element = _Element(name.rpartition(":")[2])
        for key, value in attributes.items():
            _add(element, key, value)
        self._open.append(element)

    def data(self, text: str) -> None:
        if self._open and self._open[-1].name in _KNOWN:
            self._open[-1].text.append(text)

    def end(self, _name: str) -> None:
        element = self._open.pop()
        if self._open:
            _add(self._open[-1], element.name, "".join(element.text))
        if _OF_AN_ENTRY.intersection(element.fields):
            if len(self.entries) >= _MAX_ENTRIES:
                raise _RefusedError("too-large")
            self.entries.append(EntryFacts(tuple(element.fields), element.filled))


def _add(element: _Element, name: str, text: str) -> None:
    if name in _KNOWN:
        element.fields.append(name)
        if text.strip():
            element.filled.setdefault(name, text.strip())
