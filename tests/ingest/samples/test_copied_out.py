"""What is true of generated pages, laid into searchable PDFs: forms, tables, letters, labels and turned pages, by four readers."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf

from base.images import read_header
from ingest.samples.make import make
from printing.line_cells import printable
from printing.searchable_pdf import PdfPage, TextLine, make_searchable_pdf
from tests.printing.readers import copied_wrong


def test_a_dossier_is_copied_out_line_by_line_and_its_scans_are_untouched(tmp_path: Path) -> None:
    make(tmp_path / "made", seed=5, dossiers=1, dpi=100)
    pages, scans = [], []
    for file in sorted((tmp_path / "made" / "truth" / "pages").rglob("*.json")):
        truth = json.loads(file.read_text("utf-8"))
        image = tmp_path / "made" / "delivery" / truth["file"]
        if image.suffix != ".jpg":
            continue
        scans.append(image.read_bytes())
        header = read_header(scans[-1], image.name)
        lines = tuple(
            TextLine(line["text"], tuple(map(tuple, line["box"]))) for line in truth["lines"] if printable(line["text"])
        )
        pages.append(PdfPage(scans[-1], header.width, header.height, 100, truth["orientation_deg"], lines))
    assert len(pages) > 10
    out = tmp_path / "a.pdf"
    make_searchable_pdf(pages, out, title="样例")
    assert copied_wrong(out, [[printable(line.text) for line in page.lines] for page in pages]) == {}
    with pikepdf.open(out) as pdf:
        assert [page.get_images()["/Scan"].read_raw_bytes() for page in pdf.pages] == scans
    assert out.stat().st_size - sum(map(len, scans)) < 15_000 * len(pages)
