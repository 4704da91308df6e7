"""Real SANE drivers: stacks become numbered page files, go on after a jam, and are received; nothing is written over."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from archive.access import machine_viewer
from archive.office import Office
from archive.tables import Dossier, Page
from base.errors import BusyError, ScannerError
from base.progress import Silent
from cli.main import main
from ingest.scanner import scanimage
from ingest.scanner.scanimage import Device, devices, named, options
from ingest.scanner.stack import UNFINISHED, Sheet, scan_stack
from ingest.scanner.wish import Wish, arguments
from ingest.taking import take_in
from tests.cli.interrupt import HEED_CTRL_C
from tests.ingest.scanner.escl_scanner import DPI, EsclScanner, escl_scanner
from tests.ingest.test_sheets import printed

pytestmark = pytest.mark.service

FEEDER = Device("test:0", "Noname", "frontend-tester")
# Small sheets: a test device draws as fast as it is read.
SMALL = Wish(resolution=100, paper="a5", source="feeder", settings=(("test-picture", "Color pattern"),))


@pytest.fixture(autouse=True)
def _sane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANE_CONFIG_DIR", os.environ["TEST_SANE"])


@pytest.fixture
def network() -> Iterator[EsclScanner]:
    with escl_scanner() as made:
        yield made


def scanned(device: Device, folder: Path, wish: Wish = SMALL) -> list[Sheet]:
    return list(scan_stack(device, folder, wish))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def sheet_of(colour: str) -> Image.Image:
    return Image.new("RGB", (2480, 3508), colour)


def test_scanners_are_listed_with_what_they_let_one_choose(capsys: pytest.CaptureFixture[str]) -> None:
    assert [each.name for each in devices()] == ["test:0", "test:1"]
    assert main(["scanners", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)["scanners"][0]
    assert (first["vendor"], first["model"]) == ("Noname", "frontend-tester")
    assert first["options"]["--mode"] == "Gray, Color"


def test_a_scanner_that_does_not_answer_hides_no_other(
    network: EsclScanner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one on the network is switched off: its driver lists it all the same, as it is configured."""
    for each in Path(os.environ["TEST_SANE"]).iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    away = f"[devices]\nAway = {network.url.replace('127.0.0.1', '127.0.0.9')}, eSCL\n"
    (tmp_path / "airscan.conf").write_text("[options]\ndiscovery = disable\nws-discovery = off\n" + away, "utf-8")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUANZONG_LANG", "en")
    assert main(["scanners", "--json"]) == 0
    told = {each["name"]: each for each in json.loads(capsys.readouterr().out)["scanners"]}
    assert told["airscan:e0:Away"]["error"]["code"] == "scanner.away"
    assert "--mode" in told["test:0"]["options"]
    assert main(["scanners"]) == 0
    assert "cannot be opened" in capsys.readouterr().err


def test_a_feeder_is_emptied_into_numbered_pages_that_say_what_made_them(tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    sheets = scanned(FEEDER, folder)
    assert names(folder) == [f"{number:04d}.tif" for number in range(1, 11)]
    assert [each.path.name for each in sheets] == names(folder)
    with Image.open(folder / "0001.tif") as page:
        assert (page.mode, page.info["dpi"], page.info["compression"]) == ("RGB", (100, 100), "tiff_adobe_deflate")
        assert (page.tag_v2[271], page.tag_v2[272]) == ("Noname", "frontend-tester")  # type: ignore[attr-defined]
        assert page.size == (sheets[0].width, sheets[0].height)
        assert page.size == pytest.approx((148 / 25.4 * 100, 210 / 25.4 * 100), abs=2)


def test_no_pixel_changes_between_the_scanner_and_the_page(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    asked = arguments(options("test:0"), replace(SMALL, source="glass"), "test:0")
    (drawn,) = scanimage.sheets("test:0", asked, raw)
    (kept,) = scanned(FEEDER, tmp_path / "kept", replace(SMALL, source="glass"))
    with Image.open(drawn) as before, Image.open(kept.path) as after:
        assert len(before.getcolors(1 << 24) or ()) > 100
        assert (before.mode, before.size, before.tobytes()) == (after.mode, after.size, after.tobytes())


def test_numbers_go_on_and_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "0007.jpg").write_bytes(b"mine")
    (tmp_path / "notes 0099.txt").write_bytes(b"mine too")
    scanned(FEEDER, tmp_path, replace(SMALL, pages=2))
    scanned(FEEDER, tmp_path, replace(SMALL, pages=1, format="jpeg"))
    assert names(tmp_path) == ["0007.jpg", "0008.tif", "0009.tif", "0010.jpg", "notes 0099.txt"]
    assert (tmp_path / "0007.jpg").read_bytes() == b"mine"
    with Image.open(tmp_path / "0010.jpg") as page:
        assert (page.format, page.info["dpi"], page.getexif()[272]) == ("JPEG", (100, 100), "frontend-tester")


def test_a_number_of_any_length_is_taken(tmp_path: Path) -> None:
    (tmp_path / "9999999999.tif").write_bytes(b"mine")
    scanned(FEEDER, tmp_path, replace(SMALL, pages=1))
    scanned(FEEDER, tmp_path, replace(SMALL, pages=1))
    assert names(tmp_path) == ["10000000000.tif", "10000000001.tif", "9999999999.tif"]


def test_pages_may_be_read_by_whoever_reads_other_files_of_this_account(tmp_path: Path) -> None:
    scanned(FEEDER, tmp_path, replace(SMALL, pages=1))
    (tmp_path / "other").touch()
    assert (tmp_path / "0001.tif").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("JAMMED", "scanner.jammed"), ("COVER_OPEN", "scanner.open"), ("NO_DOCS", "scanner.empty"),
        ("DEVICE_BUSY", "scanner.busy"), ("ACCESS_DENIED", "scanner.denied"), ("IO_ERROR", "scanner.failed"),
        ("UNSUPPORTED", "scanner.failed"), ("NO_MEM", "scanner.failed"),
    ],
)  # fmt: skip
def test_each_failure_of_a_scanner_is_named_and_leaves_nothing_half(tmp_path: Path, status: str, code: str) -> None:
    wish = replace(SMALL, settings=(("read-return-value", f"SANE_STATUS_{status}"),))
    with pytest.raises(ScannerError) as raised:
        scanned(FEEDER, tmp_path, wish)
    assert raised.value.code == code
    assert names(tmp_path) == []


def test_a_scanner_that_is_not_there_is_away(tmp_path: Path) -> None:
    with pytest.raises(ScannerError) as raised:
        scanned(Device("test:9", "", ""), tmp_path)
    assert raised.value.code == "scanner.away"


def test_a_scanner_that_says_nothing_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanimage, "_SHEET_S", 0.5)
    slow = (("read-delay", "yes"), ("read-delay-duration", "200000"))
    with pytest.raises(ScannerError) as raised:
        scanned(FEEDER, tmp_path, replace(SMALL, settings=slow))
    assert raised.value.code == "scanner.silent"
    assert names(tmp_path) == []


def test_two_scanners_into_one_folder_are_refused(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(BusyError):
            scanned(FEEDER, tmp_path)
    finally:
        os.close(descriptor)


def test_a_network_scanner_is_named_by_its_address(network: EsclScanner, tmp_path: Path) -> None:
    network.feeder = [sheet_of("#f0e8d8"), sheet_of("#e8f0d8")]
    device = named(network.url)
    assert options(device)["--resolution"].values == (str(DPI),)
    sheets = scanned(Device(device, "", ""), tmp_path, Wish())
    assert [each.path.name for each in sheets] == ["0001.tif", "0002.tif"]
    assert {each.dpi for each in sheets} == {DPI}
    with Image.open(tmp_path / "0002.tif") as page:
        assert page.getpixel((1000, 1000)) == (0xE8, 0xF0, 0xD8)
        assert page.size == pytest.approx((2480, 3508), abs=2)


def test_after_a_jam_the_stack_goes_on_where_it_stopped(
    network: EsclScanner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["scan", str(tmp_path), "--device", network.url, "--json"]
    network.feeder = [sheet_of("white"), sheet_of("#f0f0f0"), None, sheet_of("#e0e0e0")]
    assert main(command) == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["file"] for each in told["pages"]] == ["0001.tif", "0002.tif"]
    assert told["error"]["code"] == "scanner.jammed"
    assert names(tmp_path) == [UNFINISHED, "0001.tif", "0002.tif"]

    network.feeder = [sheet_of("#d0d0d0"), sheet_of("#e0e0e0")]
    assert main(command) == 0
    assert [each["file"] for each in json.loads(capsys.readouterr().out)["pages"]] == ["0003.tif", "0004.tif"]
    assert names(tmp_path) == ["0001.tif", "0002.tif", "0003.tif", "0004.tif"]


def test_an_empty_feeder_is_said(network: EsclScanner, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(tmp_path / "new"), "--device", network.url, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "scanner.empty"


def test_ctrl_c_keeps_the_whole_pages_and_lets_go_of_the_scanner(tmp_path: Path) -> None:
    folder, temporary = tmp_path / "stack", tmp_path / "temporary"
    temporary.mkdir()
    # A page of this size takes the slowed device a second and more: the tenth is far off when the first is there.
    slow = ["--resolution", "300", "--set", "read-delay=yes", "--set", "read-delay-duration=5000"]
    arguments = ["scan", str(folder), "--device", "test:0", "--source", "feeder", *slow]
    command = f"{HEED_CTRL_C}; import sys; from cli.main import main; sys.exit(main({arguments!r}))"
    quiet = {"env": {**os.environ, "TMPDIR": str(temporary)}, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", command], **quiet) as running:
        end = time.monotonic() + 60
        while not (folder / "0001.tif").exists() and time.monotonic() < end:
            time.sleep(0.02)
        assert _scanning(temporary)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert not _scanning(temporary)
    assert list(temporary.iterdir()) == []
    assert names(folder)[:2] == [UNFINISHED, "0001.tif"]
    assert "0010.tif" not in names(folder)
    for page in folder.glob("*.tif"):
        with Image.open(page) as image:
            image.load()


def _scanning(temporary: Path) -> bool:
    """Whether a scanner's program works into this folder."""
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = told.read_bytes()
            if b"scanimage" in words and bytes(temporary) in words:
                return True
    return False


def test_a_stack_with_separator_sheets_is_received_as_its_dossiers(
    network: EsclScanner, office: Office, tmp_path: Path
) -> None:
    first, second = (each.convert("RGB").resize((2480, 3508)) for each in printed("JZ1/A001/9-1-1", "JZ1/A002/4-1"))
    pages = [sheet_of(colour) for colour in ("#fdf6e3", "#fdf6e4", "#fdf6e5")]
    network.feeder = [first, *pages[:2], second, pages[2]]
    folder = tmp_path / "stack"
    assert main(["scan", str(folder), "--device", network.url]) == 0
    with_sheets = Office(office.settings.model_copy(update={"separator_sheets": True}), office.catalogue, office.store)
    receipt = take_in(with_sheets, folder, "stack", machine_viewer("tester"), Silent())
    assert [each["file"] for each in receipt.separators] == ["0001.tif", "0004.tif"]
    with office.catalogue.read() as session:
        statement = select(Dossier.key, func.count(Page.id)).join(Page, Page.dossier_id == Dossier.id)
        assert dict(session.execute(statement.group_by(Dossier.key)).tuples().all()) == {"A001": 2, "A002": 1}
