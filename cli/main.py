"""The command `juanzong`: registers the verb groups and turns errors into the promised exit status and JSON."""

from __future__ import annotations

import io
import json
import sys

import typer

from base.errors import JuanzongError
from cli.frame import language, wants_json
from cli.ocr import ocr
from cli.plan import plan

app = typer.Typer(name="juanzong", add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _verbs() -> None:
    """卷宗 Juanzong:人事档案的检测、识别、检索、库房测算与利用 / personnel archives."""


app.command("ocr")(ocr)
app.command("plan")(plan)


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb and returns the exit status: 0 done, 1 done with failures, 2 could not, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        status = typer.main.get_command(app).main(
            args=arguments or ["--help"], prog_name="juanzong", standalone_mode=False
        )
    except JuanzongError as error:
        return _say(error, arguments)
    except typer.TyperException as error:
        return _say(JuanzongError("usage", detail=error.format_message().rstrip(".")), arguments)
    except (KeyboardInterrupt, typer.Abort):
        return _say(JuanzongError("interrupted"), arguments, status=130)
    return status if isinstance(status, int) else 0


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
