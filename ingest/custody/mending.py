"""A bad object made good from a copy: the copy's digest is proved before, the object's after, and both go on record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import BinaryIO

from archive import audit
from archive.access import Viewer
from archive.custody import ledger
from archive.custody.ledger import Entry, Seen
from archive.office import Office
from base.digests import CHUNK
from base.errors import JuanzongError
from ingest.custody.copying import Proved, proved
from ingest.custody.looking import look
from ingest.custody.report import Report
from ingest.custody.sources import Source

MENDABLE = frozenset({"missing", "changed", "wrong-size"})
_MEDIA = "application/octet-stream"
_SPOOL = 32 * CHUNK


def mend_bad(office: Office, report: Report, source: Source, viewer: Viewer) -> int:
    """Mends what a report found bad, as far as the source has it whole; how many. The report says which."""
    keys = [each.id for each in report.bad if each.where == "objects" and each.problem in MENDABLE]
    mended = mend(office, keys, source, viewer)
    report.mended(mended)
    return len(mended)


def mend(office: Office, keys: Iterable[str], source: Source, viewer: Viewer) -> frozenset[str]:
    """The keys that are good now. One that the source has not, or not whole, stays as it is, and its neighbours go on."""
    wanted = list(keys)
    with office.catalogue.read() as session:
        known = {each.key: each for each in ledger.entries(session, wanted)}
    return frozenset(
        key for key in wanted if (entry := known.get(key)) and entry.sha256 and _mended(office, entry, source, viewer)
    )


def _mended(office: Office, entry: Entry, source: Source, viewer: Viewer) -> bool:
    try:
        stream = source.open(entry.key, entry.sha256)
        if stream is None:
            return False
        with stream, tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spooled:
            copy: BinaryIO = spooled  # type: ignore[assignment]  # has all of BinaryIO's methods
            found = proved(stream, copy, entry.sha256)
            if found is None:
                return False
            before = look(office.store, entry)
            copy.seek(0)
            office.store.mend(entry.key, copy, sha256=entry.sha256, size=found.size, media_type=_MEDIA)
    except (JuanzongError, OSError):
        return False
    after = look(office.store, entry)
    _keep(office, entry, source, viewer, found, (before, after))
    return after.state == "good"


def _keep(
    office: Office, entry: Entry, source: Source, viewer: Viewer, found: Proved, looks: tuple[Seen, Seen]
) -> None:
    before, after = looks
    with office.catalogue.write() as session:
        ledger.note(session, [after], "mend")
        audit.record(
            session, viewer, "custody.mend", f"object:{entry.key}", source=source.name, on_record=entry.sha256,
            copy=found.sha256, before=f"{before.state} {before.code}".strip(), after=after.state,
        )  # fmt: skip
