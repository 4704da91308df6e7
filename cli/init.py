"""`juanzong init`: an empty office with its first administrator."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Annotated

import typer

from archive.office import make_office
from base.errors import InputError
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say


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
    given = ask_password(password_stdin)
    password = given or secrets.token_urlsafe(9)
    make_office(load_settings(data_dir), office, login, password).close()
    drawn = {} if given else {"password": password}
    if as_json:
        print_json({"data_dir": str(data_dir), "office": office, "login": login, **drawn})
        return 0
    say("init.done", path=data_dir, login=login)
    if drawn:
        say("init.password", password=password)
    return 0


def ask_password(from_stdin: bool) -> str:
    """Never an argument: arguments stand in the list of processes. Empty: one is drawn and shown once."""
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码 / password: ")
    if getpass.getpass("再输一次 / again: ") != first:
        raise InputError("account.passwords-differ")
    return first
