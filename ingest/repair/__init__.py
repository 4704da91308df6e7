"""图像处理 on a copy: turn, level, crop, clean the border. The original's bytes are only ever read (DA/T 31-2017 10.2–10.4)."""

from ingest.repair.mend import VERSION, Mended, mend, plan_for
from ingest.repair.preview import Preview, preview
from ingest.repair.values import Note, Repair

__all__ = ["VERSION", "Mended", "Note", "Preview", "Repair", "mend", "plan_for", "preview"]
