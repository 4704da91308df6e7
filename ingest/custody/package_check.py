"""Reading off-line packages: every byte against the manifests, and what is on record of the package against what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archive.custody import copies
from archive.office import Office
from base.errors import InputError, StorageError
from base.progress import Progress, Silent
from ingest.custody import bag
from ingest.custody.bag import BagCheck


def check_packages(office: Office, disk: Path, progress: Progress | None = None) -> list[tuple[str, BagCheck]]:
    """(name, answer) of each package on the disk, or of the one that `disk` itself is. InputError `custody.no-package`.

    A manifest that is not the one on record is bad, however well it fits the files beside it.
    """
    folders = [disk] if (disk / bag.BAGIT).exists() else sorted(each.parent for each in disk.glob(f"*/{bag.BAGIT}"))
    if not folders:
        raise InputError("custody.no-package", path=disk)
    told = progress or Silent()
    with office.catalogue.read() as session:
        on_record = {each.name: each.manifest_sha256 for each in copies.packages(session)}
    answers = [(folder.name, _checked(folder, on_record.get(folder.name, ""), told)) for folder in folders]
    with office.catalogue.write() as session:
        for name, answer in answers:
            copies.note_verified(session, name, whole=answer.whole)
    return answers


def told_together(packages: Sequence[tuple[str, BagCheck]]) -> dict[str, Any]:
    """All packages of a disk in one answer. A file that no manifest lists is bad, and was not among those checked."""
    bad = [{"id": f"{name}/{path}", "problem": problem} for name, each in packages for path, problem in each.bad]
    unsure = [{"id": f"{name}/{path}"} for name, each in packages for path in each.could_not_check]
    checked = sum(each.checked for _, each in packages)
    good = checked - sum(each["problem"] != "extra" for each in bad) - len(unsure)
    return {"checked": checked, "good": good, "bad": bad, "could_not_check": unsure, "mended": []}


def _checked(folder: Path, manifest_sha256: str, told: Progress) -> BagCheck:
    answer = BagCheck()
    try:
        for answer in bag.check(folder):
            told.step("progress.package-verify", answer.checked, None)
    except OSError as error:
        raise StorageError("store.failed", path=folder, key=folder.name, detail=error.strerror or str(error)) from error
    if manifest_sha256 and answer.manifest_sha256 != manifest_sha256:
        answer.bad.append((bag.MANIFEST, "not-on-record"))
    return answer
