"""`juanzong audit`: the chain of the audit trail, walked and held against its digests."""

from __future__ import annotations

import typer

from archive import audit as trail
from archive.office import open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say

audit = typer.Typer(help="审计记录 / the audit trail", no_args_is_help=True)


@audit.callback()
def _verbs() -> None:
    """审计记录 / the audit trail."""


@audit.command("verify")
def verify(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """核对审计记录是否被改动或抽走 / find lines that were changed or taken out."""
    office = open_office(load_settings(data_dir))
    with office.catalogue.read() as session:
        answer = trail.verify(session)
    office.close()
    if as_json:
        print_json(
            {"checked": answer.checked, "good": answer.checked - len(answer.bad), "bad": list(answer.bad),
             "could_not_check": []}
        )  # fmt: skip
    elif answer.bad:
        say("audit.broken", checked=answer.checked, bad=len(answer.bad), first=answer.bad[0])
    else:
        say("audit.whole", checked=answer.checked)
    return 1 if answer.bad else 0
