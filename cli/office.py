"""`juanzong init`, `serve` and `worker`: an office is made, and what it needs is run."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from archive.office import make_office, open_office
from base.errors import InputError
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say
from ingest.attendant import Attendant
from web.server import serve as serve_web


def init(
    office: Annotated[str, typer.Option("--office", help="单位名称 / name of the office")] = "区人事档案中心",
    login: Annotated[str, typer.Option("--login", help="管理员登录名 / login of the administrator")] = "admin",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读密码 / read the password from stdin")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """建立空的档案库和首位管理员 / make an empty office with its first administrator."""
    password = _password(password_stdin)
    make_office(load_settings(data_dir), office, login, password).close()
    if as_json:
        print_json({"data_dir": str(data_dir), "office": office, "login": login})
    else:
        say("init.done", path=data_dir, login=login)
    return 0


def _password(from_stdin: bool) -> str:
    """Never an argument: arguments stand in the list of processes."""
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码 / password: ")
    if getpass.getpass("再输一次 / again: ") != first:
        raise InputError("account.passwords-differ")
    return first


def serve(
    host: Annotated[str | None, typer.Option("--host")] = None,
    port: Annotated[int | None, typer.Option("--port")] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """运行一个单位所需的全部:网页、识别、检索 / run all that one office needs."""
    run_office(data_dir, host, port)
    return 0


def run_office(data_dir: Path, host: str | None = None, port: int | None = None) -> None:
    """Serves until interrupted. SIGTERM ends it as Ctrl-C does, so that a service manager stops it cleanly."""
    _end_on_sigterm()
    settings = load_settings(data_dir)
    changes = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=changes)
    office = open_office(settings)
    with Attendant(settings, office):
        serve_web(office, lambda address: say("serve.ready", address=address))
    office.close()


def worker(data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """只运行识别与检索,不开网页 / run workers and indexer without the web."""
    _end_on_sigterm()
    settings = load_settings(data_dir)
    office = open_office(settings)
    with Attendant(settings, office) as attendant:
        attendant.wait()
    office.close()
    return 0


def _end_on_sigterm() -> None:
    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    signal.signal(signal.SIGTERM, interrupt)
