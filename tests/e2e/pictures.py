"""Pictures of the screens for the README: `python -m tests.e2e.pictures DATA_DIR OUT LOGIN PASSWORD`.

The office of DATA_DIR (made by `juanzong demo`: synthetic dossiers only) is served on the loopback; each screen becomes a
PNG of 1366×768 with as many colours as 200 KB allow.
"""

from __future__ import annotations

import io
import sys
import threading
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from archive.office import open_office
from base.settings import load_settings
from ingest.find import find
from ingest.indexer import open_index
from tests.e2e.conftest import CHROMIUM, FLAGS, SCREEN
from web.app import create_app

LARGEST = 200_000
SCREENS = {
    "batches": "/clerk/",
    "batch": "/clerk/batches/1",
    "dossier": "/clerk/dossiers/1",
    "page": "/clerk/pages/1",
    "planner": "/planner/",
    "frontdesk": "/frontdesk/",
}


def take(data_dir: Path, out: Path, login: str, password: str) -> list[Path]:
    """Writes a PNG for each of SCREENS that the office has, and returns their paths."""
    office = open_office(load_settings(data_dir))
    app = create_app(office, partial(find, office, open_index(office)))
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport=SCREEN, base_url=f"http://127.0.0.1:{server.effective_port}")
        page.goto("/account/sign-in")
        page.fill("#login", login)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        taken = [_picture(page, address, out / f"{name}.png") for name, address in SCREENS.items()]
        browser.close()
    server.close()
    office.close()
    return taken


def _picture(page: Page, address: str, path: Path) -> Path:
    page.goto(address, wait_until="networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    for colours in (256, 128, 64, 32):
        shot.convert("RGB").quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        if path.stat().st_size < LARGEST:
            break
    return path


if __name__ == "__main__":
    for made in take(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]):
        sys.stdout.write(f"{made} {made.stat().st_size // 1024} KB\n")
