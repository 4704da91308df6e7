"""Thousands of small files uploaded by several browsers at once to a real server, one of them killed on its way; then taken in.

`python -m bench.upload` (10,000 files, 8 clients) beside a plain loop that writes, syncs and reads back the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import io
import json
import multiprocessing
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, sleep
from urllib.parse import urlencode

from PIL import Image, ImageDraw
from sqlalchemy import func, select

from archive.accounts import find_or_make_enterprise, make_account, root_organization
from archive.office import make_office, open_office
from archive.tables import Page, ReceivedFile
from base.progress import Silent
from base.settings import load_settings
from bench.table import keep
from ingest.find import SearchDesk
from ingest.indexer import open_index
from ingest.uploaded import claim, take_in
from web.server import serve

LOGIN, PASSWORD = "bench", "bench-password-1"
_PER_DOSSIER = 100
_PARTS = 64
_SPAWN = multiprocessing.get_context("spawn")


def scan(number: int, base: bytes) -> bytes:
    """A small page that no other is like: the same image with another comment in its file."""
    comment = b"%09d" % number
    return base[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + base[2:]


def base_image() -> bytes:
    image = Image.new("RGB", (413, 585), (250, 246, 236))
    ImageDraw.Draw(image).text((60, 80), "page", fill=(20, 20, 20), font_size=24)
    out = io.BytesIO()
    image.save(out, "JPEG", dpi=(200, 200), quality=85)
    return out.getvalue()


def path_of(number: int) -> str:
    return f"A{number // _PER_DOSSIER:04}/1/1/{number % _PER_DOSSIER + 1:03}.jpg"


class Client:
    """One browser: signed in, with its tokens."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = ""
        page = self.ask("GET", "/account/sign-in")[1]
        form = {"login": LOGIN, "password": PASSWORD, "csrf_token": _token(page), "once": "bench"}
        self.form("/account/sign-in", form)
        self.csrf = _token(self.ask("GET", "/account/")[1])

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
        """Status, body, where it leads."""
        own = {"Cookie": self._cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self._line.request(method, path, body, own)
        answer = self._line.getresponse()
        text = answer.read().decode()
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return answer.status, text, answer.getheader("Location") or ""

    def form(self, path: str, values: dict[str, str]) -> str:
        kind = "application/x-www-form-urlencoded"
        status, text, location = self.ask("POST", path, urlencode(values).encode(), Content_Type=kind)
        if status != 303:
            raise RuntimeError(f"{path}: {status} {text[:300]}")
        return location

    def send(self, path: str, body: bytes, kind: str) -> list[dict[str, object]]:
        head = {"Content_Type": kind, "Accept": "application/json", "X_CSRFToken": self.csrf}
        status, text, _ = self.ask("POST", path, body, **head)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {text[:300]}")
        files: list[dict[str, object]] = json.loads(text)["files"]
        return files


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page)
    if found is None:
        raise RuntimeError("no form on the page")
    return found.group(1)


def bring(port: int, address: str, numbers: Sequence[int], stop_after: int = 0) -> None:
    """One browser's share; it ends without a word after `stop_after` requests."""
    client, base = Client(port), base_image()
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        wanted = [{"path": path_of(each), "size": len(scan(each, base)), "modified": 1} for each in some]
        told = client.send(f"{address}/announce", json.dumps({"files": wanted}).encode(), "application/json")
        left = [(each, str(one["id"])) for each, one in zip(some, told, strict=True) if one["state"] == "waiting"]
        for turn, start in enumerate(range(0, len(left), _PARTS), start=1):
            client.send(f"{address}/parts", _bundle(left[start : start + _PARTS], base), "application/octet-stream")
            if turn == stop_after:
                os._exit(9)


def _bundle(some: Sequence[tuple[int, str]], base: bytes) -> bytes:
    bodies = [scan(number, base) for number, _ in some]
    head = []
    for (_, file_id), data in zip(some, bodies, strict=True):
        digest = hashlib.sha256(data).hexdigest()
        tree = hashlib.sha256(digest.encode()).hexdigest()
        head.append({"id": int(file_id), "offset": 0, "size": len(data), "sha256": digest, "tree": tree})
    text = json.dumps(head).encode()
    return len(text).to_bytes(4, "big") + text + b"".join(bodies)


def run_server(folder: str, port: int) -> None:
    office = open_office(load_settings(Path(folder)))
    serve(office, SearchDesk(office, open_index(office)), "127.0.0.1", port)


def measure(folder: Path, files: int, clients: int, port: int) -> str:
    """Uploads, calls it whole, takes it in, and counts; the figures as text. RuntimeError where one file is missing."""
    settings = load_settings(folder / "office").model_copy(update={"upload_free_gb": 0.0})
    office = make_office(settings, "bench", "admin", PASSWORD)
    with office.catalogue.write() as session:
        unit = find_or_make_enterprise(session, "bench", root_organization(session))
        make_account(session, LOGIN, LOGIN, PASSWORD, desks=["clerk"], organization=unit)
    server = _SPAWN.Process(target=run_server, args=(str(settings.data_dir), port), daemon=True)
    server.start()
    try:
        first = _connected(port)
        address = first.form("/intake/batches", {"name": "bench", "csrf_token": first.csrf})
        uploading = _upload(port, address, files, clients)
        first.form(f"{address}/whole", {"files": str(files), "csrf_token": first.csrf})
    finally:
        server.terminate()
        server.join()
    upload_id = claim(office.catalogue, "bench")
    if upload_id is None:
        raise RuntimeError("the upload was not called whole")
    start = perf_counter()
    receipt = take_in(office, upload_id, Silent())
    taking = perf_counter() - start
    with office.catalogue.read() as session:
        taken = session.scalar(select(func.count(ReceivedFile.sha256.distinct())))
        pages = session.scalar(select(func.count(Page.id)))
    office.close()
    if receipt is None or not (receipt.new == taken == pages == files):
        raise RuntimeError(f"{taken} files and {pages} pages of {files} were taken")
    return _table(files, clients, uploading, taking, _plain(folder / "plain", files))


def _connected(port: int) -> Client:
    for _ in range(600):
        try:
            return Client(port)
        except ConnectionRefusedError:
            sleep(0.2)
    raise RuntimeError("the server does not answer")


def _upload(port: int, address: str, files: int, clients: int) -> float:
    """Seconds until all shares are sent; the first client is killed after two requests and begins again."""
    shares = [list(range(number, files, clients)) for number in range(clients)]
    start = perf_counter()
    processes = [
        _SPAWN.Process(target=bring, args=(port, address, share, 0 if number else 2))
        for number, share in enumerate(shares)
    ]
    for process in processes:
        process.start()
    for number, process in enumerate(processes):
        process.join()
        if process.exitcode:
            if number or process.exitcode != 9:
                raise RuntimeError(f"client {number} ended with {process.exitcode}")
            bring(port, address, shares[0])
    return perf_counter() - start


def _plain(folder: Path, files: int) -> float:
    """Seconds of a plain loop: digest, write, sync, read back."""
    folder.mkdir()
    base, start = base_image(), perf_counter()
    for path, data in _all(folder, files, base):
        digest = hashlib.sha256(data).digest()
        with path.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if hashlib.sha256(path.read_bytes()).digest() != digest:
            raise RuntimeError("the disk gave back something else")
    return perf_counter() - start


def _all(folder: Path, files: int, base: bytes) -> Iterator[tuple[Path, bytes]]:
    for number in range(files):
        yield folder / str(number), scan(number, base)


def _table(files: int, clients: int, uploading: float, taking: float, plain: float) -> str:
    rows = [
        ("plain loop: digest, write, sync, read back", plain),
        (f"uploaded by {clients} at once, one killed and begun again", uploading),
        ("taken in", taking),
    ]
    lines = ["| figure | files | seconds | files/s | ratio |", "|---|---:|---:|---:|---:|"]
    for name, seconds in rows:
        lines.append(f"| {name} | {files} | {seconds:.1f} | {files / seconds:.0f} | {plain / seconds:.2f} |")
    return "\n".join([*lines, "", f"{files} of {files} files taken, each once, with the digest it was sent with."])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--scratch", type=Path, default=None, help="folder on the disk to measure; a temporary one")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/benchmarks.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.scratch) as folder:
        text = measure(Path(folder), asked.files, asked.clients, asked.port)
    print(text)
    if asked.write:
        keep("upload", f"python -m bench.upload --files {asked.files} --clients {asked.clients}", text)


if __name__ == "__main__":
    main()
