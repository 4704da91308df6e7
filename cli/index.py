"""`juanzong index`: how the search index is, and making it anew."""

from __future__ import annotations

import getpass
from datetime import timedelta
from typing import Any

import typer

from archive import audit
from archive.access import machine_viewer
from archive.office import Office, open_office
from base.messages import message
from base.settings import load_settings
from cli.frame import DEFAULT_DATA_DIR, AsJson, Bar, DataDir, language, print_json, say
from ingest.index_rebuild import rebuild
from ingest.index_status import backlog, index_status, reason_text, rejected_documents
from ingest.indexer import open_index

app = typer.Typer(help="检索库:状态、重建 / the search index: its state, rebuilding it")
_SHOWN = 20


@app.command("status")
def status(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """检索库的状态、等待建立检索的条数、未能建立检索的条目 / state, what waits, what was refused."""
    office = open_office(load_settings(data_dir))
    index = open_index(office)
    answer = index_status(office, index)
    index.close()
    if as_json:
        print_json(answer)
    else:
        _tell(office, answer)
    office.close()
    return 0


def _tell(office: Office, answer: dict[str, Any]) -> None:
    """Each line says one thing; what was refused is named by its id, never by what stands in it."""
    spoken = language()
    state = message(f"index.state-{answer['state']}", spoken)
    lines = [message("index.status-state", spoken, engine=answer["engine"], state=state)]
    lines += [answer[key] for key in ["detail_zh" if spoken == "zh_CN" else "detail"] if answer[key]]
    if answer["documents"] is not None:
        lines.append(
            message("index.status-documents", spoken, count=answer["documents"], generation=answer["generation"])
        )
    oldest = timedelta(seconds=round(answer["oldest_waiting_s"]))
    lines.append(message("index.status-waiting", spoken, count=answer["waiting"], oldest=oldest))
    lines += backlog(office).texts(spoken)
    lines += [f"  {each.id}  {reason_text(each, spoken)}" for each in rejected_documents(office)[:_SHOWN]]
    typer.echo("\n".join(lines))


@app.command("rebuild")
def rebuild_command(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> int:
    """在旁边重建检索库,完成后替换;期间照常检索和入库 / build it anew beside the old one, then swap."""
    office = open_office(load_settings(data_dir))
    index = open_index(office)
    with office.catalogue.write() as session:
        audit.record(session, machine_viewer(getpass.getuser()), "index.rebuild", "index:all")
    try:
        with Bar() as bar:
            made = rebuild(office, index, bar)
    finally:
        index.close()
        office.close()
    if as_json:
        print_json({"documents": made.documents, "refused": sorted(made.refused)})
    else:
        say("index.rebuilt", documents=made.documents, refused=len(made.refused))
    return 1 if made.refused else 0
