"""The bundle for a contractor: what lies where, what is refused, what the batch files say."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.source import ROOT
from tests.house.test_contractor_path import reached, shown

CONTRACTOR = ROOT / "deploy" / "contractor"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_bundle", CONTRACTOR / "make_bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packed(file: Path, names: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w") as package:
        for name, data in names.items():
            package.writestr(name, data)
    return file


@pytest.fixture
def python_zip(tmp_path: Path) -> Path:
    names = ("python.exe", "python311.dll", "python311.zip", "vcruntime140.dll", "python311._pth")
    return packed(tmp_path / "embed.zip", dict.fromkeys(names, b"x"))


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    packed(
        folder / "some_thing-1.0-py3-none-any.whl",
        {"some_thing/__init__.py": b"", "some_thing-1.0.dist-info/RECORD": b""},
    )
    runtime = {
        "m.data/data/msvcp140.dll": b"dll",
        "m.data/data/Scripts/msvcp140.dll": b"no",
        "m.data/purelib/pure.py": b"",
    }
    packed(folder / "msvc_runtime-14-cp311-cp311-win_amd64.whl", runtime)
    return folder


def lock_of(wheels: Path) -> str:
    return "".join(
        f"{file.name.split('-')[0].replace('_', '-')}==1.0 \\\n    --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"
        for file in sorted(wheels.glob("*.whl"))
    )


def test_the_tree(
    maker: ModuleType, tmp_path: Path, wheels: Path, python_zip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(lock_of(wheels), "utf-8")
    monkeypatch.setattr(maker, "LOCK", lock)
    bundle = tmp_path / "卷宗检测"
    assert (
        maker.main(["--python", str(python_zip), "--out", str(bundle), "--wheels", str(wheels), "--offline", "--zip"])
        == 0
    )
    found = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert {"python/python.exe", "python/msvcp140.dll", "lib/some_thing/__init__.py", "lib/pure.py"} <= found
    assert {"check.bat", "juanzong.bat", "使用说明.txt", "SHA256SUMS", "app/fonts/wqy-zenhei.ttc"} <= found
    assert not [name for name in found if "Scripts" in name or "__pycache__" in name or name.startswith("app/archive")]
    # All that the contractor's verbs may import is there, and what they read beside it.
    assert {f"app/{shown(file)}" for file in reached()} <= found
    assert {"app/standards/registry.toml", "app/base/messages/zh_CN/report.toml"} <= found
    path = (bundle / "python" / "python311._pth").read_text("ascii").split()
    assert path == ["python311.zip", ".", "..\\lib", "..\\app"]
    listed = dict(reversed(line.split("  ", 1)) for line in (bundle / "SHA256SUMS").read_text("utf-8").splitlines())
    assert set(listed) == found - {"SHA256SUMS"}
    assert listed["python/msvcp140.dll"] == hashlib.sha256(b"dll").hexdigest()
    assert (tmp_path / "卷宗检测.zip").is_file()


def test_an_altered_or_missing_wheel_is_named(
    maker: ModuleType, tmp_path: Path, wheels: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(lock_of(wheels), "utf-8")
    monkeypatch.setattr(maker, "LOCK", lock)
    packed(wheels / "some_thing-1.0-py3-none-any.whl", {"some_thing/__init__.py": b"altered"})
    out = tmp_path / "out"
    assert maker.main(["--python", "x", "--out", str(out), "--wheels", str(wheels), "--offline"]) == 2
    assert "some-thing" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "a/../../evil.py", "C:/evil.py", "a\\..\\evil.py"])
def test_a_wheel_writes_nowhere_else(maker: ModuleType, name: str, tmp_path: Path) -> None:
    wheel = packed(tmp_path / "a-1-py3-none-any.whl", {name: b"x"})
    with pytest.raises(maker.BundleError, match="outside"):
        maker.unpack_wheel(wheel, tmp_path / "b" / "lib", tmp_path / "b" / "python")


def test_another_archive_is_no_python(maker: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(maker.BundleError, match="embeddable"):
        maker.unpack_python(str(packed(tmp_path / "a.zip", {"python.exe": b""})), tmp_path / "python")


def test_the_lock_is_hashed_and_names_what_windows_needs(maker: ModuleType) -> None:
    text = (CONTRACTOR / "requirements.lock").read_text("utf-8")
    wanted = maker.locked(text)
    assert "://" not in text
    assert all(wanted.values())
    asked = {
        maker.normalised(line)
        for line in (CONTRACTOR / "requirements.in").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert asked <= set(wanted)
    # Windows alone needs these two.
    assert {"colorama", "msvc-runtime"} <= set(wanted)
    # One version of everything, here and there.
    ours = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    theirs = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, re.MULTILINE))
    assert {name for name in theirs if name in ours and name != "numpy" and theirs[name] != ours[name]} == set()


def test_batch_files_survive_odd_names() -> None:
    """A folder's name is text to cmd only inside quotes: `A&B` outside them runs B."""
    for name in ("check.bat", "juanzong.bat"):
        text = (CONTRACTOR / name).read_text("utf-8")
        assert "DisableDelayedExpansion" in text
        for line in text.splitlines():
            for use in re.finditer(r"%(TARGET|REPORT)[%:]", line):
                before = line[: use.start()]
                assert before.count('"') % 2 == 1, line
