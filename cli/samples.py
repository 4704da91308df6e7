"""`juanzong samples`: makes sample dossiers with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.frame import AsJson, Bar, print_json, say


def samples(
    out: Annotated[Path, typer.Argument(help="新的空文件夹 / a new, empty folder")],
    seed: Annotated[
        int, typer.Option(help="种子:偶数为调校集,奇数为报告集 / even: tuning set, odd: reporting set")
    ] = 0,
    dossiers: Annotated[int, typer.Option(help="卷数 / how many dossiers")] = 8,
    dpi: Annotated[int | None, typer.Option(help="分辨率,默认 200 与 300 混合 / default: 200 and 300 mixed")] = None,
    as_json: AsJson = False,
) -> None:
    """生成样例档案及其标准答案 / Makes realistic sample dossiers and, beside them, what is true of them."""
    # The generator loads OpenCV; the other verbs should not wait for it.
    from ingest.samples import make  # noqa: PLC0415

    with Bar() as bar:
        made = make(out, seed=seed, dossiers=dossiers, dpi=dpi, progress=bar)
    if as_json:
        print_json(
            {
                "delivery": made.delivery.relative_to(out).as_posix(),
                "truth": made.truth.relative_to(out).as_posix(),
                "batches": [batch.relative_to(out).as_posix() for batch in made.batches],
                "dossiers": made.dossiers,
                "pages": made.pages,
                "faults": made.faults,
            }
        )
        return
    say("samples.done", dossiers=made.dossiers, pages=made.pages, delivery=made.delivery, truth=made.truth)
