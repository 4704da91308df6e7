"""处理进度: what is done in the background, what waits and why, what failed; pausing, cancelling, trying again."""

from web.jobs import views
from web.jobs.blueprint import blueprint

__all__ = ["blueprint", "views"]
