"""A network scanner that speaks eSCL, as far as sane-airscan asks: a feeder whose sheets are pictures, and which can jam.

No server of this protocol is packaged; the client that speaks to this one is the real driver.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

DPI = 300
_NAMES = 'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
_RESOLUTION = (
    f"<scan:DiscreteResolution><scan:XResolution>{DPI}</scan:XResolution><scan:YResolution>{DPI}</scan:YResolution>"
    "</scan:DiscreteResolution>"
)
_CAPABILITIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities {_NAMES}><pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Maker Model</pwg:MakeAndModel>
<scan:Adf><scan:AdfSimplexInputCaps>
<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>
<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>4200</scan:MaxHeight><scan:MaxScanRegions>1</scan:MaxScanRegions>
<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/png</pwg:DocumentFormat></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>{_RESOLUTION}</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>
</scan:AdfSimplexInputCaps></scan:Adf></scan:ScannerCapabilities>"""
_STATUS = (
    f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerStatus {_NAMES}><pwg:Version>2.63</pwg:Version>'
    "<pwg:State>Idle</pwg:State><scan:AdfState>{feeder}</scan:AdfState></scan:ScannerStatus>"
)


class EsclScanner:
    """`feeder` holds the sheets still to come; None among them is a sheet that jams until it is taken out."""

    def __init__(self) -> None:
        self.feeder: list[Image.Image | None] = []
        self.url = ""

    def state(self) -> str:
        if not self.feeder:
            return "ScannerAdfEmpty"
        return "ScannerAdfLoaded" if self.feeder[0] is not None else "ScannerAdfJam"


@contextmanager
def escl_scanner() -> Iterator[EsclScanner]:
    """One that listens on the loopback."""
    scanner = EsclScanner()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Answers,), {"scanner": scanner}))
    scanner.url = f"http://127.0.0.1:{server.server_port}/eSCL"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield scanner
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scanner: EsclScanner

    def do_GET(self) -> None:
        asked = self.path.rpartition("/")[2]
        if asked == "ScannerCapabilities":
            self._answer(200, _CAPABILITIES.encode())
        elif asked == "ScannerStatus":
            self._answer(200, _STATUS.format(feeder=self.scanner.state()).encode())
        elif asked == "NextDocument" and self.scanner.feeder and self.scanner.feeder[0] is not None:
            self._answer(200, _png(self.scanner.feeder.pop(0)), "image/png")
        else:
            self._answer(404 if not self.scanner.feeder else 503)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        loaded = self.scanner.state() == "ScannerAdfLoaded"
        self._answer(201 if loaded else 409, location=f"{self.scanner.url}/ScanJobs/1")

    def do_DELETE(self) -> None:
        self._answer(200)

    def _answer(self, status: int, body: bytes = b"", kind: str = "text/xml", location: str | None = None) -> None:
        self.send_response(status)
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: pytest shows what fails."""


def _png(sheet: Image.Image | None) -> bytes:
    assert sheet is not None
    out = io.BytesIO()
    sheet.save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()
