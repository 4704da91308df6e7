"""`juanzong verify-index`: the index held against the catalogue."""

from __future__ import annotations

from archive.office import open_office
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, DataDir, print_json, say
from ingest.indexer import open_index
from ingest.verify import verify_index as verify


def verify_index(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """核对检索与目录是否一致 / find documents that the index lacks or has too many."""
    office = open_office(load_settings(data_dir))
    index = open_index(office)
    answer = verify(office, index)
    index.close()
    office.close()
    if as_json:
        print_json(answer)
    else:
        say("verify.index", checked=answer["checked"], bad=len(answer["bad"]))
    return 1 if answer["bad"] else 0
