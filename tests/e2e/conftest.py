"""A real browser on a real server: one office served on the loopback, chromium of the system, nothing from outside."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect, sync_playwright
from waitress.server import create_server

from archive.tables import PageVersion
from tests.archive.factory import PASSWORD, Made, add_batch, add_dossier, add_finding, make_desks
from tests.web.conftest import find_nothing
from web.app import create_app

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
SCREEN: ViewportSize = {"width": 1366, "height": 768}
_SLOW_MS = 20_000  # the cores are shared
expect.set_options(timeout=_SLOW_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("no chromium on this machine: run make setup-dev")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Unit east: dossier 1 (pages 1–4, findings on 1 and 3), dossier 2 not yet split (pages 5–10)."""
    made = make_desks(tmp_path)
    batch = add_batch(made, "east", "2026-03 东城纺织厂")
    add_dossier(made, batch, "D-0001", "张桂兰", pages=4)
    add_dossier(made, batch, "D-0002", "陈秀英", pages=6, layout="run")
    with made.office.catalogue.write() as session:
        add_finding(session, session.get_one(PageVersion, 1))
        add_finding(session, session.get_one(PageVersion, 3), "page.skew", "review")
    return made


def run_server(server: Any) -> None:
    try:
        server.run()
    except OSError as error:
        # Closing a server takes its sockets away under the loop that waits for them.
        if error.errno != errno.EBADF:
            raise


@pytest.fixture
def address(made: Made) -> Iterator[str]:
    server = create_server(create_app(made.office, find_nothing), host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=run_server, args=(server,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab that fails the test where a request leaves the host or a script breaks."""
    context = browser.new_context(viewport=SCREEN, base_url=address, locale="zh-CN")
    context.set_default_timeout(_SLOW_MS)
    page = context.new_page()
    left: list[str] = []
    broken: list[str] = []

    def watch(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and not request.url.startswith(address + "/"):
            left.append(request.url)

    context.on("request", watch)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert left == []
    assert broken == []


@pytest.fixture
def enter(page: Page) -> Callable[[str], None]:
    """Signs in by keyboard, as clerks do."""

    def enter(login: str) -> None:
        page.goto("/")
        # The first field has the focus by itself; on a busy machine it takes a moment.
        page.wait_for_function("document.activeElement && document.activeElement.name === 'login'")
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/clerk/**" if login in ("east", "west") else "**")

    return enter
