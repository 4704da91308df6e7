"""What a contractor runs on Windows (`check`, `rules`, `repair`) reaches nothing that only Unix has, by reading and by running."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from base.machine import extended, usable_cores, worker_count
from tests.house.source import ROOT
from tests.ingest.delivery.trees import jpeg, tree

ROOTS = ("cli.main", "cli.check", "cli.rules", "cli.repair")
ROOMS = (
    "base",
    "standards",
    "archive",
    "ocr",
    "printing",
    "search",
    "ingest",
    "storage_planner",
    "frontdesk",
    "web",
    "cli",
)
UNIX_MODULES = frozenset(
    {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "crypt", "spwd", "nis", "posix", "readline"}
)
# Attributes that Windows has not, by module.
UNIX_NAMES = {
    "os": {
        "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid", "getpgrp", "setsid", "setpgid", "killpg",
        "sched_getaffinity", "sched_setaffinity", "uname", "chown", "fchown", "lchown", "chroot", "nice", "mkfifo", "mknod",
        "sysconf", "getloadavg", "wait", "wait3", "wait4", "WIFEXITED", "WEXITSTATUS", "O_DIRECTORY", "O_NOFOLLOW",
        "O_CLOEXEC", "O_NONBLOCK", "posix_fadvise", "pread", "pwrite", "statvfs", "fchmod", "sendfile", "openpty",
        "getresuid", "setuid", "setgid", "umask_unix", "posix_spawn", "EX_OK", "pathconf", "sync", "fdatasync",
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGALRM", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGQUIT", "alarm", "setitimer", "pause"},
    "socket": {"AF_UNIX"},
    "time": {"tzset", "clock_gettime"},
}  # fmt: skip
# Folders that a Windows PC has not; the fonts of the bundle are looked for first, memory is asked for where it is told.
UNIX_FOLDERS = ("/tmp", "/proc", "/dev/", "/etc/", "/usr/", "/var/")
ALLOWED = [
    ("printing/typeset.py", "/usr/share/fonts"),
    ("printing/typeset.py", "/usr/local/share/fonts"),
    ("base/machine.py", "/proc"),
    ("base/machine.py", "/proc/"),
    ("base/machine.py", "/proc/self/oom_score_adj"),
    ("ocr/runtimes.py", "/proc/cpuinfo"),
]
# Never on this path: they need servers, databases or what has no wheel there.
HEAVY = frozenset({"sqlalchemy", "alembic", "flask", "tantivy", "waitress", "minio", "openvino", "argon2"})


def file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def imported(file: Path) -> Iterator[str]:
    """Every module that a file may import, inside functions too; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, file
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def reached() -> dict[Path, tuple[str, ...]]:
    """Our files that the contractor's verbs may import, however deep, and what each of them imports."""
    waiting, found = [file for root in ROOTS if (file := file_of(root))], {}
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found[file] = tuple(imported(file))
        ours = [name for name in found[file] if name.split(".")[0] in ROOMS]
        waiting += [each for name in ours for part in parents(name) if (each := file_of(part))]
    return found


def parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_the_path_is_walked_deep() -> None:
    files = {shown(file) for file in reached()}
    assert {
        "ingest/check.py",
        "ingest/journal.py",
        "ingest/measure/skew.py",
        "ocr/models.py",
        "printing/typeset.py",
    } <= files
    assert "standards/rules/page.py" in files
    assert not [file for file in files if file.split("/")[0] in ("archive", "web", "search", "frontdesk")]


def test_no_unix_module_and_nothing_heavy_is_imported() -> None:
    found = [
        (shown(file), name)
        for file, names in reached().items()
        for name in names
        if name.split(".")[0] in UNIX_MODULES | HEAVY
    ]
    assert found == []


def test_no_unix_call_and_no_unix_folder_is_named() -> None:
    found = []
    for file in reached():
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.attr in UNIX_NAMES.get(node.value.id, ()):
                    found.append((shown(file), f"{node.value.id}.{node.attr}"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(UNIX_FOLDERS):
                found.append((shown(file), node.value))
    assert [each for each in found if each not in ALLOWED] == []


def test_what_is_imported_stands_in_the_contractors_lock() -> None:
    """Each outside module of the path is one that its bundle brings."""
    brought = (ROOT / "deploy" / "contractor" / "requirements.in").read_text("utf-8").casefold().split()
    names = {"cv2": "opencv-python-headless", "PIL": "pillow", "stdnum": "python-stdnum"}
    outside = {
        name.split(".")[0]
        for imports in reached().values()
        for name in imports
        if name.split(".")[0] not in (*ROOMS, *sys.stdlib_module_names, "__future__")
    }
    assert {name for name in outside if names.get(name, name).casefold() not in brought} == set()


FORMS = ("html", "pdf", "xlsx", "json")
# The standard library's own use of these, on Unix only.
OF_PYTHON = {"wait4", "WIFEXITED", "WEXITSTATUS"}
SCRIPT = """
import io, os, signal, sys
import cli.check, cli.rules, ingest.reports.write, ocr.heads, rapidocr
names = {names!r}
for module, gone in ((os, names["os"]), (signal, names["signal"])):
    for name in gone:
        if hasattr(module, name):
            delattr(module, name)
from cli.main import main, _speak_any_language
_speak_any_language()
codes = {{form: main(["check", sys.argv[1], "--report", f"{{sys.argv[2]}}.{{form}}"]) for form in {forms!r}}}
heavy = [name for name in {heavy!r} if name in sys.modules]
assert not heavy, heavy
assert set(codes.values()) <= {{0, 1}}, codes
"""


def test_it_runs_with_what_unix_alone_has_taken_away(tmp_path: Path) -> None:
    """A console of code page 936, no programs on the path, no calls that Windows has not."""
    root = tree(tmp_path / "移交", ["LT-1/1/1/001.jpg", "LT-1/1/1/002.jpg", "LT-1/𠮷é.jpg"], jpeg(300, 400))
    names = {module: sorted(gone - OF_PYTHON) for module, gone in UNIX_NAMES.items()}
    script = SCRIPT.format(names=names, heavy=sorted(HEAVY - {"openvino"}), forms=FORMS)
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk", "PATH": str(tmp_path), "USERNAME": "某人"}
    command = [sys.executable, "-P", "-c", script, str(root), str(tmp_path / "报告")]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False, env=environment, cwd=tmp_path)
    told = done.stdout.decode("gbk") + done.stderr.decode("gbk", "replace")
    assert done.returncode == 0, told
    assert "Traceback" not in told
    assert "?é" in told or "??" in told  # a hanzi that the console has not
    reports = [tmp_path / f"报告.{form}" for form in FORMS]
    assert all(report.stat().st_size > 1000 for report in reports)
    assert json.loads(reports[-1].read_text("utf-8"))["summary"]["pages"] == 3
    assert not list(tmp_path.glob("*.journal"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("C:\\扫描\\a.jpg", "\\\\?\\C:\\扫描\\a.jpg"),
        ("\\\\server\\share\\a", "\\\\?\\UNC\\server\\share\\a"),
        ("\\\\?\\C:\\a", "\\\\?\\C:\\a"),
        ("\\\\?\\UNC\\server\\share", "\\\\?\\UNC\\server\\share"),
        ("\\\\.\\pipe\\x", "\\\\.\\pipe\\x"),
    ],
)
def test_long_paths_are_written_as_windows_opens_them(given: str, expected: str) -> None:
    assert extended(given) == expected


def test_cores_where_the_system_says_nothing_of_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    assert usable_cores() == 128
    assert worker_count() == 61
    assert worker_count(2) == 2
