"""The journal of a check: what was measured is kept, and nothing else is believed."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.digests import sha256_of_file
from base.errors import InputError, StorageError
from ingest import journal as journals
from ingest.delivery.model import DeliveredPage
from ingest.delivery.read import read_delivery
from ingest.journal import Journal
from ingest.measure.duplicates import Fingerprint
from ingest.spread import Measured
from standards.values import Measure
from tests.ingest.delivery.trees import jpeg, tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "B01", [f"LT-1/1/1/00{number}.jpg" for number in range(1, 5)], jpeg())


def pages_of(root: Path) -> list[DeliveredPage]:
    return list(read_delivery(root).pages())


def measured(page: DeliveredPage, skew: float = 1.5) -> Measured:
    rng = np.random.default_rng(1)
    mark = Fingerprint(
        thumb=rng.random((64, 48)).astype(np.float32), fine=rng.integers(0, 255, (128, 96)).astype(np.uint8), shape=0.7,
        skew_deg=None,
    )  # fmt: skip
    measures = {
        "skew_deg": Measure("skew_deg", skew, "°", 0.9, boxes=((1, 2, 3, 4),)),
        "dpi": Measure("dpi", None, reason="reason.paper-size-not-seen"),
        "sha256": Measure("sha256", sha256_of_file(page.file.source)),
    }
    return Measured(measures, mark)


def kept(file: Path, root: Path, count: int = 3) -> None:
    journal = Journal(file, root)
    for page in pages_of(root)[:count]:
        journal.add(page, measured(page))
    journal.close()


def test_what_was_kept_comes_back_as_it_was(root: Path, tmp_path: Path) -> None:
    kept(tmp_path / "r.journal", root)
    first, *_, last = pages_of(root)
    with closing(Journal(tmp_path / "r.journal", root)) as journal:
        found = journal.known(first)
        assert journal.known(last) is None
        assert len(journal) == 3
    expected = measured(first)
    assert found is not None
    assert found.measures == expected.measures
    assert found.fingerprint is not None
    assert expected.fingerprint is not None
    assert np.array_equal(found.fingerprint.thumb, expected.fingerprint.thumb)
    assert np.array_equal(found.fingerprint.fine, expected.fingerprint.fine)
    assert found.fingerprint.fine.dtype == np.uint8


def test_a_file_that_changed_is_measured_again(root: Path, tmp_path: Path) -> None:
    kept(tmp_path / "r.journal", root, 4)
    longer, same_bytes, other_bytes, untouched = (page.file.source for page in pages_of(root))
    longer.write_bytes(jpeg(70, 90))
    os.utime(same_bytes, ns=(1, 1))
    data = bytearray(other_bytes.read_bytes())
    data[-10] ^= 1
    other_bytes.write_bytes(data)
    os.utime(other_bytes, ns=(2, 2))
    with closing(Journal(tmp_path / "r.journal", root)) as journal:
        known = [journal.known(page) is not None for page in pages_of(root)]
    assert known == [False, True, False, True]
    assert untouched.exists()


def test_a_torn_line_is_left_out_and_the_next_begins_a_line(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.journal"
    kept(file, root)
    with file.open("ab") as stream:
        stream.write(b'{"file": "LT-1/1/1/004.jpg", "pa')
    with closing(Journal(file, root)) as journal:
        assert len(journal) == 3
        journal.add(pages_of(root)[3], measured(pages_of(root)[3]))
    with closing(Journal(file, root)) as journal:
        assert len(journal) == 4
    assert all(json.loads(line) for line in file.read_bytes().splitlines())


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_pulled_plug_leaves_only_whole_results(
    tmp_path_factory: pytest.TempPathFactory, left: int, written: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    root = tree(folder / "B01", [f"LT-1/1/1/00{number}.jpg" for number in range(1, 4)], jpeg())
    file = folder / "r.journal"
    kept(file, root)
    cut = bytearray(file.read_bytes())
    del cut[len(cut) * left // 1000 :]
    # A disk may have given room to the file and not the bytes.
    empty = len(cut) * written // 1000
    cut[empty:] = bytes(len(cut) - empty)
    file.write_bytes(cut)
    with closing(Journal(file, root)) as journal:
        for page in pages_of(root):
            found = journal.known(page)
            assert found is None or found.measures == measured(page).measures
        assert len(journal) <= 3
        journal.add(pages_of(root)[0], measured(pages_of(root)[0]))
    with closing(Journal(file, root)) as journal:
        assert journal.known(pages_of(root)[0]) is not None
    shutil.rmtree(folder)


def test_another_folder_is_refused_and_another_version_begins_anew(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "r.journal"
    kept(file, root)
    other = tree(tmp_path / "B02", ["LT-9/1/1/001.jpg"])
    with pytest.raises(InputError) as error:
        Journal(file, other)
    assert error.value.code == "check.other-journal"
    assert str(root) in error.value.text("zh_CN")
    with closing(Journal(file, root)) as journal:
        assert len(journal) == 3
    monkeypatch.setattr(journals, "measuring_version", lambda: "another")
    with closing(Journal(file, root)) as journal:
        assert len(journal) == 0
    assert len(file.read_bytes().splitlines()) == 1


def test_a_journal_that_cannot_be_written_is_said(root: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError) as error:
        Journal(tmp_path / "gone" / "r.journal", root)
    assert error.value.code == "check.no-journal"
    journal = Journal(tmp_path / "r.journal", root)
    journal.remove()
    assert not (tmp_path / "r.journal").exists()


def test_our_own_files_are_no_part_of_a_delivery(root: Path) -> None:
    ours = [root / "r.pdf", root / "r.pdf.journal"]
    for file in ours:
        file.write_bytes(jpeg())
    assert len(read_delivery(root).files) == 6
    assert len(read_delivery(root, ours).files) == 4
