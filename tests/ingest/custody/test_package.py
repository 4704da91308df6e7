"""A package on an off-line disk is a valid bag that others can read, holds what it should, and shows every change."""

from __future__ import annotations

import json
import re
from pathlib import Path

import bagit
import pytest
from sqlalchemy import select

from archive.custody import copies
from archive.custody.ledger import record
from archive.store.keys import original_key
from archive.tables import AuditEntry
from base.digests import sha256_of_bytes
from base.errors import InputError, StorageError
from ingest.custody import bag
from ingest.custody import package as writing
from ingest.custody.fsck import fsck
from ingest.custody.package import Packed, write_package
from ingest.custody.package_check import check_packages
from tests.ingest.custody.holdings import WHO, Holdings, flip, store


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def packed(held: Holdings, disk: Path, *, everything: bool = False) -> Packed:
    return write_package(held.office, disk, WHO, everything=everything)


def test_another_program_finds_the_package_valid_and_whole(held: Holdings, disk: Path) -> None:
    done = packed(held, disk)
    read = bagit.Bag(str(disk / done.name))
    read.validate()
    objects = [each for each in read.payload_files() if each.startswith("data/objects/")]
    assert len(objects) == done.objects == len(list(held.office.store.list()))
    assert read.info["External-Identifier"] == done.name
    for key in held.keys.values():
        assert (disk / done.name / bag.object_path(key)).read_bytes() == held.office.store.read(key)


def test_paths_name_nobody_and_the_extract_says_whose_the_pages_are(held: Holdings, disk: Path) -> None:
    root = disk / packed(held, disk).name
    paths = [each.relative_to(root).as_posix() for each in root.rglob("*")]
    assert all(re.fullmatch(r"[a-z0-9._/-]+", each) for each in paths)
    people = [json.loads(line) for line in (root / "data/catalogue/person.jsonl").read_text("utf-8").splitlines()]
    assert [each["name"] for each in people] == ["张桂兰"]
    accounts = (root / "data/catalogue/account.jsonl").read_text("utf-8")
    assert "password" not in accounts
    assert "argon2" not in accounts
    assert not (root / "data/catalogue/job.jsonl").exists()


def test_only_what_is_new_goes_onto_the_next_disk(held: Holdings, disk: Path, tmp_path: Path) -> None:
    first = packed(held, disk)
    assert packed(held, disk).name == ""
    assert [each.name for each in disk.iterdir()] == [first.name]
    with held.office.catalogue.write() as session:
        record(session, store(held.office, original_key(sha256_of_bytes(b"a new page")), b"a new page"))
        record(session, store(held.office, held.keys["reading"], b'{"lines": ["read again"]}'))
    assert packed(held, disk).objects == 2
    (tmp_path / "other").mkdir()
    assert packed(held, tmp_path / "other", everything=True).objects == first.objects + 1
    with held.office.catalogue.read() as session:
        counts, listed = copies.counts(session), copies.packages(session)
        acts = session.scalars(select(AuditEntry.action)).all()
    assert counts.offline == counts.objects
    assert [each.state for each in listed] == ["whole"] * 3
    assert acts.count("custody.package") == 3


def test_every_change_on_the_disk_is_found(held: Holdings, disk: Path) -> None:
    root = disk / packed(held, disk).name
    assert check_packages(held.office, disk)[0][1].whole
    changed, lost = (root / bag.object_path(held.keys[kind]) for kind in ("original", "copy"))
    flip(changed, 8)
    lost.unlink()
    (root / "data" / "extra.txt").write_text("new")
    (_, answer) = check_packages(held.office, root)[0]
    assert sorted(answer.bad) == sorted([
        (bag.object_path(held.keys["original"]), "changed"),
        (bag.object_path(held.keys["copy"]), "missing"),
        ("data/extra.txt", "extra"),
    ])  # fmt: skip
    with held.office.catalogue.read() as session:
        assert [each.state for each in copies.packages(session)] == ["damaged"]
        assert copies.counts(session).offline == 0
    assert packed(held, disk).objects == len(list(held.office.store.list()))  # it counts as no copy any more


def test_a_package_made_to_fit_its_changed_files_is_not_the_one_on_record(held: Holdings, disk: Path) -> None:
    root = disk / packed(held, disk).name
    file = root / bag.object_path(held.keys["view"])
    flip(file, 8)
    lines = (root / bag.MANIFEST).read_text("utf-8").splitlines(keepends=True)
    path = bag.object_path(held.keys["view"])
    new = [f"{bag.digest_on_disk(file)[0]}  {path}\n" if line.endswith(f"{path}\n") else line for line in lines]
    (root / bag.MANIFEST).write_text("".join(new), "utf-8")
    bag.finish(root, {"Bagging-Date": "2026-01-01"})
    assert check_packages(held.office, disk)[0][1].bad == [(bag.MANIFEST, "not-on-record")]


def test_a_package_that_was_broken_off_is_gone_on_with(
    held: Holdings, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, writing_one = 0, writing._write

    def dies(*arguments: object) -> int:
        nonlocal count
        count += 1
        if count > 4:
            raise KeyboardInterrupt
        return writing_one(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        packed(held, disk)
    (unfinished,) = disk.iterdir()
    assert unfinished.name.endswith(".writing")
    monkeypatch.undo()
    done = packed(held, disk)
    assert [each.name for each in disk.iterdir()] == [done.name] == [unfinished.name.removesuffix(".writing")]
    bagit.Bag(str(disk / done.name)).validate()
    assert done.objects == len(list(held.office.store.list()))


def test_a_full_disk_closes_its_package_and_the_rest_goes_onto_the_next(
    held: Holdings, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        def __init__(self, root: Path) -> None:
            self.free = writing._RESERVE + (2000 if len(list(root.rglob("data/objects/**/*"))) < 12 else -1)

    monkeypatch.setattr(writing.shutil, "disk_usage", Usage)
    monkeypatch.setattr(writing, "_unpacked", lambda office: sorted_by_size(writing.on_record(office.catalogue)))

    def sorted_by_size(entries: object) -> object:
        return sorted(entries, key=lambda entry: entry.size or 0)  # type: ignore[call-overload]

    first = packed(held, disk)
    assert 0 < first.objects < len(list(held.office.store.list()))
    assert first.left == len(list(held.office.store.list())) - first.objects
    bagit.Bag(str(disk / first.name)).validate()
    monkeypatch.undo()
    (tmp_path / "next").mkdir()
    assert packed(held, tmp_path / "next").objects == first.left


def test_what_is_not_good_in_the_store_does_not_go_onto_the_disk(held: Holdings, disk: Path) -> None:
    fsck(held.office, index=False)
    held.flip(held.keys["copy"], 1)
    done = packed(held, disk)
    assert [key for key, _ in done.bad] == [held.keys["copy"]]
    assert not (disk / done.name / bag.object_path(held.keys["copy"])).exists()
    bagit.Bag(str(disk / done.name)).validate()


def test_a_disk_that_is_not_there_is_named(held: Holdings, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        packed(held, tmp_path / "nowhere")
    assert error.value.code == "custody.no-disk"
    with pytest.raises((InputError, StorageError)):
        check_packages(held.office, tmp_path)


def test_a_manifest_leads_nowhere_out_of_its_package(held: Holdings, disk: Path, tmp_path: Path) -> None:
    root = disk / packed(held, disk).name
    (tmp_path / "secret").write_text("x")
    with (root / bag.MANIFEST).open("a", encoding="utf-8") as lines:
        lines.write(f"{sha256_of_bytes(b'x')}  ../../secret\n{sha256_of_bytes(b'x')}  {tmp_path}/secret\n")
    answer = check_packages(held.office, disk)[0][1]
    assert (bag.MANIFEST, "changed") in answer.bad
    assert not any("secret" in path for path, _ in answer.bad)
