"""The command `juanzong`: registers the verb groups and turns errors into the promised exit status and JSON."""

from __future__ import annotations

import json
import sys

import click
import typer

from base.errors import JuanzongError
from cli.frame import language, wants_json

app = typer.Typer(name="juanzong", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb and returns the exit status: 0 done, 1 done with failures, 2 could not, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        status = typer.main.get_command(app).main(args=arguments, prog_name="juanzong", standalone_mode=False)
    except JuanzongError as error:
        return _say(error, arguments)
    except click.ClickException as error:
        return _usage(error, arguments)
    except (KeyboardInterrupt, click.Abort):
        return _say(JuanzongError("interrupted"), arguments, status=130)
    return status if isinstance(status, int) else 0


def _usage(error: click.ClickException, arguments: list[str]) -> int:
    if wants_json(arguments):
        return _say(JuanzongError("usage", detail=error.format_message()), arguments)
    error.show()
    return 2


def _say(error: JuanzongError, arguments: list[str], status: int | None = None) -> int:
    if wants_json(arguments):
        sys.stdout.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(error.text(language()) + "\n")
    return error.exit_status if status is None else status


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main())
