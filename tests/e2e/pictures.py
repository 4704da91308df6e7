"""Pictures of the screens for the README: `python -m tests.e2e.pictures DATA_DIR OUT LOGIN PASSWORD`.

The office of DATA_DIR (made by `juanzong demo`: synthetic dossiers only) is served on the loopback; each screen becomes a
PNG of 1366×768 with as many colours as 200 KB allow.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from archive.office import open_office
from base.settings import load_settings
from ingest.find import SearchDesk
from ingest.indexer import open_index
from tests.e2e.conftest import CHROMIUM, FLAGS, SCREEN
from web.app import create_app

LARGEST = 200_000
PLAN = {
    "stock.volumes": "60103", "stock.yearly_growth": "1800", "stock.years": "10", "norm.id": "office-60",
    "room.area_m2": "420", "geometry.thickness_mm": "20", "geometry.shelf": "double-sided", "geometry.fill": "0.9",
}  # fmt: skip


def take(data_dir: Path, out: Path, login: str, password: str) -> list[Path]:
    """Writes `clerk.png`, `frontdesk.png` and `planner.png`, and returns their paths."""
    office = open_office(load_settings(data_dir))
    app = create_app(office, SearchDesk(office, open_index(office)))
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport=SCREEN, locale="zh-CN", base_url=f"http://127.0.0.1:{server.effective_port}")
        page.goto("/account/sign-in")
        page.fill("#login", login)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        taken = [_shoot(page, screen, out / f"{screen.__name__}.png") for screen in (clerk, frontdesk, planner)]
        browser.close()
    server.close()
    office.close()
    return taken


def clerk(page: Page) -> None:
    """A page that fails, its finding framed and told, and the words that were searched for."""
    page.goto("/clerk/batches/1")
    coarse = page.locator("a[href*='/findings/page.dpi/']")
    (coarse if coarse.count() else page.locator("a[href*='/findings/page.']")).first.click()
    page.locator("tr[data-open] a").first.click()
    page.wait_for_selector("body[data-ready]")
    found, name = page.url, page.locator(".tools-where b").inner_text()
    page.fill("#find", name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/*")
    page.goto(f"{found}&words={page.url.rpartition('/')[2]}")
    page.wait_for_selector("body[data-ready]")
    page.click("#tab-findings")


def frontdesk(page: Page) -> None:
    """A person's card with what the accepted dossier holds."""
    page.goto("/clerk/dossiers/1")
    accept = page.locator("[data-dialog=accept]")
    if accept.count():
        accept.click()
        page.locator("#accept .main").click()
        page.wait_for_url("**/clerk/dossiers/1")
    page.goto("/frontdesk/people/1")


def planner(page: Page) -> None:
    """A plan with its answer and chart."""
    page.goto(f"/planner/plan?{urlencode(PLAN)}")


def _shoot(page: Page, screen: Callable[[Page], None], path: Path) -> Path:
    screen(page)
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").save(path, optimize=True)
    for colours in (256, 128, 64, 32):
        if path.stat().st_size < LARGEST:
            break
        shot.convert("RGB").quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
    return path


if __name__ == "__main__":
    for made in take(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]):
        sys.stdout.write(f"{made} {made.stat().st_size // 1024} KB\n")
