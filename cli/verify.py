"""`juanzong verify-index`: the index held against the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.office import open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say
from ingest.index_upkeep import keep_up
from ingest.indexer import open_index
from ingest.verify import repair
from ingest.verify import verify_index as verify


def verify_index(
    mend: Annotated[
        bool, typer.Option("--repair", help="把不一致的条目重新建立检索 / write the bad ones again")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """核对检索与目录是否一致 / find documents that the index lacks, has too many or has as they were before."""
    office = open_office(load_settings(data_dir))
    index = open_index(office)
    verified = verify(office, index)
    answer = verified.as_json()
    if mend and verified.bad:
        answer["announced"] = repair(office, verified)
        keep_up(office, index, look=False)
    index.close()
    office.close()
    if as_json:
        print_json(answer)
    else:
        say("verify.index", checked=answer["checked"], bad=len(answer["bad"]))
        if answer["could_not_check"]:
            say("verify.unsure", count=len(answer["could_not_check"]))
        if "announced" in answer:
            say("verify.announced", count=answer["announced"])
    return 1 if verified.bad and not mend else 0
