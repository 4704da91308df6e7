"""Makes the folder that a contractor unpacks on Windows and drags scans onto: no installation, no administrator, no network.

    python deploy/contractor/make_bundle.py --python python-3.11.x-embed-amd64.zip --out 卷宗检测 [--wheels FOLDER] [--offline]

`--python` is the embeddable package of Python 3.11 for 64-bit Windows: a file, or an address that whoever runs this gives.
Wheels come from pip's own index settings, each held to its hash in requirements.lock; `--wheels` keeps them for the next time,
`--offline` takes them from there alone. Any system with Python 3.11 and pip can make the bundle; only Windows can run it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

HERE = Path(__file__).resolve().parent
HOUSE = HERE.parent.parent
LOCK = HERE / "requirements.lock"
# The rooms that `check`, `repair` and `rules` live in.
ROOMS = ("base", "standards", "ocr", "printing", "ingest", "cli")
FONTS = ("wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("C:/Windows/Fonts"))
# Written for the person at the PC: Windows line ends, and a mark that old editors need.
TEXTS = {"check.bat": "utf-8", "juanzong.bat": "utf-8", "使用说明.txt": "utf-8-sig"}
# Where Python looks, from its own folder; nothing of the PC's own Python, whatever is installed there.
SEARCHED = "python311.zip\n.\n..\\lib\n..\\app\n"
_PLATFORM = ("--platform", "win_amd64", "--python-version", "311", "--implementation", "cp", "--only-binary=:all:")


class BundleError(Exception):
    """What is missing or wrong, and what to do."""


def locked(lock: str) -> dict[str, set[str]]:
    """SHA-256 digests of each requirement of a lock, by normalised name."""
    found: dict[str, set[str]] = {}
    for entry in lock.replace("\\\n", " ").splitlines():
        name = re.match(r"([A-Za-z0-9_.-]+)==", entry)
        if name:
            found[normalised(name[1])] = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def fetch_wheels(wheels: Path) -> None:
    """All wheels of the lock for Windows, by pip and its own settings."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *_PLATFORM]
    command += ["--no-deps", "--require-hashes", "-r", str(LOCK), "-d", str(wheels)]
    if subprocess.run(command, check=False).returncode:
        raise BundleError("pip could not fetch the wheels; set its index, or use --offline with --wheels")


def checked_wheels(wheels: Path, wanted: dict[str, set[str]]) -> list[Path]:
    """One wheel for each requirement, held to the lock's digests; BundleError names what is missing or altered."""
    found: dict[str, Path] = {}
    for file in sorted(wheels.glob("*.whl")):
        name = normalised(file.name.split("-")[0])
        if name in wanted and hashlib.sha256(file.read_bytes()).hexdigest() in wanted[name]:
            found[name] = file
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise BundleError(f"no wheel with the lock's digest for: {', '.join(missing)}")
    return [found[name] for name in sorted(found)]


def unpack_wheel(wheel: Path, lib: Path, python: Path) -> None:
    """A wheel's modules into `lib`; its files for Python's own folder (the C++ runtime) into `python`."""
    with zipfile.ZipFile(wheel) as package:
        for name in package.namelist():
            target = _target(PurePosixPath(name), lib, python)
            if target is not None and not name.endswith("/"):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(package.read(name))


def _target(name: PurePosixPath, lib: Path, python: Path) -> Path | None:
    """Where a wheel's file goes; None for what is for an installer only."""
    if name.is_absolute() or ".." in name.parts or "\\" in str(name) or ":" in str(name):
        raise BundleError(f"a wheel names a file outside itself: {name}")
    if not name.parts[0].endswith(".data"):
        return lib / name
    kind, rest = name.parts[1], name.parts[2:]
    if kind in ("purelib", "platlib"):
        return lib.joinpath(*rest)
    return python.joinpath(*rest) if kind == "data" and len(rest) == 1 else None


def unpack_python(source: str, python: Path) -> None:
    """The embeddable Python, told to look for modules in the bundle alone."""
    with zipfile.ZipFile(io.BytesIO(_read(source))) as package:
        names = package.namelist()
        if not {"python.exe", "python311.dll", "python311.zip"} <= set(names):
            raise BundleError(f"{source} is not the embeddable package of Python 3.11 for Windows")
        if any(PurePosixPath(name).is_absolute() or ".." in name for name in names):
            raise BundleError(f"{source} names files outside itself")
        package.extractall(python)
    for old in python.glob("python*._pth"):
        old.unlink()
    (python / "python311._pth").write_bytes(SEARCHED.replace("\n", "\r\n").encode("ascii"))


def _read(source: str) -> bytes:
    if not source.startswith(("https://", "http://")):
        return Path(source).read_bytes()
    with urllib.request.urlopen(source) as answer:  # noqa: S310 - the address that the person gave
        return bytes(answer.read())


def copy_program(app: Path) -> None:
    """Our rooms as they lie here, and the fonts that reports are printed with."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "samples")
    for room in ROOMS:
        shutil.copytree(HOUSE / room, app / room, ignore=ignored)
    fonts = app / "fonts"
    fonts.mkdir()
    for name in FONTS:
        shutil.copy2(find_font(name), fonts / name)


def find_font(name: str) -> Path:
    for folder in FONT_FOLDERS:
        for file in folder.rglob(name):
            return file
    raise BundleError(f"the font {name} is not on this machine; make setup installs it")


def write_texts(bundle: Path) -> None:
    for name, encoding in TEXTS.items():
        text = (HERE / name).read_text("utf-8")
        (bundle / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))


def digests(bundle: Path) -> Iterator[str]:
    """One line a file, as `sha256sum -c` reads it."""
    for file in sorted(path for path in bundle.rglob("*") if path.is_file()):
        yield f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(bundle).as_posix()}\n"


def make_bundle(python: str, wheels: Path, bundle: Path, *, offline: bool) -> None:
    """The whole bundle in the new folder `bundle`; BundleError where something is missing."""
    if bundle.exists():
        raise BundleError(f"{bundle} is there already; take another name or remove it")
    wheels.mkdir(parents=True, exist_ok=True)
    if not offline:
        fetch_wheels(wheels)
    chosen = checked_wheels(wheels, locked(LOCK.read_text("utf-8")))
    bundle.mkdir(parents=True)
    unpack_python(python, bundle / "python")
    for wheel in chosen:
        unpack_wheel(wheel, bundle / "lib", bundle / "python")
    copy_program(bundle / "app")
    write_texts(bundle)
    shutil.copy2(LOCK, bundle / "lib" / "requirements.lock")
    listed = "".join(digests(bundle))
    (bundle / "SHA256SUMS").write_text(listed, "utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Makes the contractor's bundle for Windows.")
    parser.add_argument(
        "--python", required=True, help="embeddable Python 3.11 for 64-bit Windows: a file or an address"
    )
    parser.add_argument("--out", required=True, type=Path, help="the new folder")
    parser.add_argument("--wheels", type=Path, help="folder in which the wheels are kept")
    parser.add_argument("--offline", action="store_true", help="take the wheels from --wheels alone")
    parser.add_argument("--zip", action="store_true", help="also write OUT.zip")
    chosen = parser.parse_args(arguments)
    wheels = chosen.wheels or chosen.out.with_name(f"{chosen.out.name}-wheels")
    try:
        make_bundle(chosen.python, wheels, chosen.out, offline=chosen.offline)
    except (BundleError, OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if chosen.zip:
        shutil.make_archive(str(chosen.out), "zip", chosen.out.parent, chosen.out.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
