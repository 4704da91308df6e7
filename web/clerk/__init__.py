"""The clerk's desk: batches, dossiers, pages."""

from flask_babel import lazy_gettext as _l

from web.clerk import (
    blank_sheet,
    completeness,
    correct,
    dossier,
    fields,
    inspection,
    inspection_papers,
    inspection_units,
    lists,
    moved,
    name_images,
    page_views,
    reading,
    repair,
    second_look,
    split,
    viewer,
)
from web.clerk.blueprint import blueprint
from web.frame import Desk, RailEntry

desk = Desk(
    code="clerk",
    label=_l("档案整理"),
    home="clerk.batches_page",
    entries=(
        RailEntry(_l("移交批次"), "clerk.batches_page", ("clerk.batch_page", "clerk.cause_page")),
        RailEntry(_l("上传接收"), "intake.uploads_page", ("intake.upload",)),
        RailEntry(_l("全部档案"), "clerk.dossiers_page", ("clerk.dossier", "clerk.viewer", "clerk.split")),
        RailEntry(_l("文字校对"), "clerk.correct_queue", ("clerk.correct_page",)),
        RailEntry(_l("抽检验收"), "clerk.lots_page", ("clerk.lot", "clerk.unit", "clerk.rework")),
        RailEntry(_l("目录更正"), "clerk.corrections_page"),
        RailEntry(_l("处理进度"), "jobs.page"),
    ),
)

__all__ = [
    "blank_sheet", "blueprint", "completeness", "correct", "desk", "dossier", "fields", "inspection", "inspection_papers", "inspection_units",
    "lists", "moved", "name_images", "page_views", "reading", "repair", "second_look", "split", "viewer",
]  # fmt: skip
