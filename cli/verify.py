"""`juanzong verify-index`: the index held against the catalogue."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from archive import audit
from archive.access import machine_viewer
from archive.office import Office, open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, print_json, say
from ingest.index_rebuild import rebuild
from ingest.index_upkeep import keep_up
from ingest.indexer import open_index
from ingest.verify import Verified, repair
from ingest.verify import verify_index as verify
from search.index import SearchIndex


def verify_index(
    mend: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="把不一致的条目重新建立检索，检索库损坏的整库重建 / write the bad ones again, rebuild a damaged index",
        ),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> int:
    """核对检索库文件是否完好、与目录是否一致 / find damage, and documents that the index lacks, has too many or has stale."""
    office = open_office(load_settings(data_dir))
    index = open_index(office)
    verified = verify(office, index)
    answer = verified.as_json()
    if mend and verified.bad:
        answer |= _mended(office, index, verified)
    index.close()
    office.close()
    if as_json:
        print_json(answer)
    else:
        _tell(verified, answer)
    return 1 if verified.bad and not mend else 0


def _mended(office: Office, index: SearchIndex, verified: Verified) -> dict[str, Any]:
    if not verified.damaged:
        announced = repair(office, verified)
        keep_up(office, index, look=False)
        return {"announced": announced}
    with office.catalogue.write() as session:
        audit.record(session, machine_viewer(getpass.getuser()), "index.rebuild", "index:all")
    with Bar() as bar:
        made = rebuild(office, index, bar)
    return {"rebuilt": made.documents, "refused": sorted(made.refused)}


def _tell(verified: Verified, answer: dict[str, Any]) -> None:
    if verified.damaged:
        say("verify.damaged", parts="、".join(each.removeprefix("index:") for each, _ in verified.bad))
    else:
        say("verify.index", checked=answer["checked"], bad=len(answer["bad"]))
        if answer["could_not_check"]:
            say("verify.unsure", count=len(answer["could_not_check"]))
    if "announced" in answer:
        say("verify.announced", count=answer["announced"])
    if "rebuilt" in answer:
        say("index.rebuilt", documents=answer["rebuilt"], refused=len(answer["refused"]))
