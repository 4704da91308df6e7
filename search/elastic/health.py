"""How the index on the server is, told without raising: asked once and answered within seconds."""

from __future__ import annotations

from base.errors import JuanzongError
from search.elastic.generations import Generations
from search.elastic.server import LOOKING, Facts, Server
from search.index import IndexState, State

_STATES: dict[str, State] = {
    "search.elastic-version": "wrong-version",
    "search.elastic-busy": "busy",
    "search.index-missing": "rebuild",
    "search.index-format": "rebuild",
    "disk.full": "full",
}
# What the server sets on a disk past its flood stage, and takes back itself when there is room again.
_FULL = "read_only_allow_delete"


def state_of(server: Server, generations: Generations) -> IndexState:
    """The first of these that holds; with it come the server's version and the Chinese analysers that it has."""
    try:
        facts = server.check_version(LOOKING)
        found = _state(server, generations)
    except JuanzongError as error:
        return _of(error)
    return IndexState(found.state, found.detail, {**_told(facts), **found.values})


def _state(server: Server, generations: Generations) -> IndexState:
    listed = generations.all(LOOKING)
    problem = generations.problem(listed)
    ours = generations.in_force(listed)
    if problem is not None or ours is None:
        return _of(problem) if problem is not None else IndexState("rebuild")
    health = server.ask(lambda client: client.cluster.health(index=ours.name), LOOKING)["status"]
    where = {"path": server.address}
    if health == "red":
        return IndexState("down", "search.elastic-red", where)
    if _FULL in ours.blocks:
        return IndexState("full", "disk.full", where)
    if ours.blocks:
        return IndexState("degraded", "search.elastic-blocked", {**where, "blocks": ", ".join(sorted(ours.blocks))})
    if health == "yellow":
        return IndexState("degraded", "search.elastic-yellow", where)
    return IndexState("ready")


def _of(error: JuanzongError) -> IndexState:
    return IndexState(_STATES.get(error.code, "down"), error.code, error.params)


def _told(facts: Facts) -> dict[str, object]:
    return {"version": facts.version, "analysers": ", ".join(facts.analysers)}
