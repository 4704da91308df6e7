"""The command `juanzong`: finds the verb, runs it, and turns errors into the promised exit status and JSON."""

from __future__ import annotations

import importlib
import io
import json
import sys

import typer

from base.errors import JuanzongError
from cli.frame import AsTyped, language, wants_json

# Each verb and where it lives. Only the verb that is asked for is imported: `plan` must not load an inference runtime.
VERBS = {
    "demo": "cli.demo:demo",
    "init": "cli.init:init",
    "serve": "cli.serve:serve",
    "worker": "cli.serve:worker",
    "check": "cli.check:check",
    "repair": "cli.repair:repair",
    "ingest": "cli.ingest:ingest_command",
    "watch": "cli.watch:watch_command",
    "separators": "cli.separators:separators",
    "scanners": "cli.scan:scanners",
    "scan": "cli.scan:scan",
    "reread": "cli.reread:reread_command",
    "ocr": "cli.ocr:ocr",
    "search": "cli.search:search_command",
    "export": "cli.export:export",
    "jobs": "cli.jobs:app",
    "plan": "cli.plan:plan",
    "rules": "cli.rules:rules",
    "account": "cli.account:account",
    "audit": "cli.audit:audit",
    "fsck": "cli.fsck:fsck",
    "fixity": "cli.fixity:fixity",
    "backup": "cli.backup:backup",
    "restore": "cli.backup:restore",
    "copies": "cli.copies:copies",
    "hold": "cli.hold:hold",
    "verify-index": "cli.verify:verify_index",
    "index": "cli.index:app",
    "store": "cli.store:app",
    "samples": "cli.samples:samples",
    "doctor": "cli.doctor:doctor",
}
# Verbs whose argument may begin with "-".
_AS_TYPED = ("search",)
_VALUED = ("--data-dir",)
_INTERRUPTED = 130


def _verbs() -> None:
    """卷宗 Juanzong:人事档案的检测、识别、检索、库房测算与利用 / personnel archives."""


def application(verb: str | None = None) -> typer.Typer:
    """The command with one verb, or with all of them (for its help)."""
    app = typer.Typer(name="juanzong", add_completion=False, pretty_exceptions_enable=False, callback=_verbs)
    for name in [verb] if verb in VERBS else VERBS:
        module, _, attribute = VERBS[str(name)].partition(":")
        found = getattr(importlib.import_module(module), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, cls=AsTyped if name in _AS_TYPED else None)(found)
    return app


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb and returns the exit status: 0 done, 1 done with failures, 2 could not, 130 interrupted."""
    arguments = _verb_first(sys.argv[1:] if arguments is None else arguments)
    try:
        command = typer.main.get_command(application(arguments[0] if arguments else None))
        status = command.main(args=arguments or ["--help"], prog_name="juanzong", standalone_mode=False)
    except JuanzongError as error:
        return _say(error, arguments)
    except typer.TyperException as error:
        return _say(JuanzongError("usage", detail=error.format_message().rstrip(".")), arguments)
    except (KeyboardInterrupt, typer.Abort):
        status = _INTERRUPTED
    if status == _INTERRUPTED:  # typer gives an interrupt back as this status too
        return _say(JuanzongError("interrupted"), arguments, status=_INTERRUPTED)
    return status if isinstance(status, int) else 0


def _verb_first(arguments: list[str]) -> list[str]:
    """Options of every verb may stand before it: they are put behind it, where the verb reads them."""
    before: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("--") and rest[0] != "--help":
        before.append(rest.pop(0))
        if before[-1] in _VALUED and rest:
            before.append(rest.pop(0))
    return [*rest, *before] if rest else before


def _say(error: JuanzongError, arguments: list[str], status: int | None = None) -> int:
    if wants_json(arguments):
        sys.stdout.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(error.text(language()) + "\n")
    return error.exit_status if status is None else status


def _speak_any_language() -> None:
    """JSON is UTF-8 in every locale; a terminal that cannot show a character shows a mark, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if wants_json(sys.argv) else None, errors="replace")


def run() -> None:
    """Entry point of the installed command."""
    _speak_any_language()
    sys.exit(main())
