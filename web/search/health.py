"""What the search page says of the index itself, in words of the desk: that it is away, being rebuilt, or lacks something."""

from __future__ import annotations

from flask_babel import gettext as _

from base.errors import BusyError, JuanzongError
from ingest.index_status import backlog
from web import frame


def why_away(error: JuanzongError) -> str:
    """A broken index is said in words of the desk; a busy one, as it is."""
    if isinstance(error, BusyError):
        return error.text(frame.language())
    state = frame.services().find.state().state
    rest = str(_("其他功能照常；在“全部档案”里仍可按姓名、档号查找。"))
    if state == "wrong-version":
        return str(_("检索服务器的版本不对，没有使用，请告诉管理员。")) + rest
    if state == "rebuild":
        return _mending() + rest
    return str(_("检索暂时不能用，请告诉管理员。")) + rest


def _mending() -> str:
    """Whether the index is being made anew, will be at the next turn of who keeps it up, or waits for somebody to do it."""
    run = backlog(frame.office())
    if run.rebuild is not None and run.rebuilding:
        done, total = run.rebuild["done"], run.rebuild["total"]
        return str(_("检索正在重建（%(done)s / %(total)s），完成后自动恢复。", done=done, total=total))
    if frame.services().find.kept_up and run.problem is None:
        return str(_("检索出了问题，系统正在自动修复，不用操作，修好后自动恢复。"))
    return str(_("检索需要重建，请告诉管理员。"))


def lacking() -> str:
    """What an answer lacks although it came; "" for nothing."""
    state = frame.services().find.state().state
    if state == "full":
        return str(_("检索的磁盘已满：新收和新改的内容暂时查不到，已有的照常。请告诉管理员。"))
    if state == "rebuild":
        return str(_("检索的文件有损坏，结果可能不全。")) + _mending()
    if state == "degraded":
        return str(_("检索的一部分没有响应：结果照常，但请告诉管理员。"))
    return ""
