"""`juanzong account`: making the accounts of the desks, listing them, switching them off."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from archive import accounts
from base.messages import message
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, language, print_json, say
from cli.init import ask_password
from cli.office import me, opened

account = typer.Typer(help="账号 / accounts", no_args_is_help=True)
Login = Annotated[str, typer.Option("--login", help="登录名 / login")]


@account.callback()
def _verbs() -> None:
    """账号 / accounts."""


@account.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="姓名，印在登记簿上 / name, as in the register")],
    desk: Annotated[
        list[str], typer.Option("--desk", help="clerk、frontdesk、planner、admin，可重复 / may be repeated")
    ],
    unit: Annotated[str, typer.Option("--unit", help="所属单位，不填为本单位 / unit; default the office itself")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读密码 / read the password from stdin")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """建立账号 / make an account."""
    with opened(data_dir) as office:
        password = ask_password(password_stdin)
        with office.catalogue.write() as session:
            made = accounts.add_account(session, me(), login, name, password, desks=desk, unit=unit)
            row = accounts.account_line(made)
    if as_json:
        print_json(row)
    else:
        say("account.added", login=row["login"], name=row["name"], unit=row["unit"])
    return 0


@account.command("list")
def list_command(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """列出账号 / list the accounts."""
    with opened(data_dir) as office, office.catalogue.read() as session:
        rows = [accounts.account_line(each) for each in accounts.list_accounts(session)]
    if as_json:
        print_json({"accounts": rows})
        return 0
    table = Table()
    for column in ("login", "name", "desks", "unit", "state"):
        table.add_column(message(f"account.column.{column}", language()))
    for row in rows:
        state = message(f"account.state.{'on' if row['active'] else 'off'}", language())
        table.add_row(row["login"], row["name"], " ".join(row["desks"]), row["unit"], state)
    Console(highlight=False, markup=False, emoji=False).print(table)
    return 0


@account.command("off")
def off(login: Login, as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """停用账号；以往的记录保留 / switch an account off; its records stay."""
    with opened(data_dir) as office, office.catalogue.write() as session:
        accounts.switch_off(session, me(), login)
    if as_json:
        print_json({"login": login, "active": False})
    else:
        say("account.switched-off", login=login)
    return 0
