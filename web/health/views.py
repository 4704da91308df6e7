"""`/healthz`, `/readyz` and `/metrics`. They set no cookie, ask nobody to sign in and name codes and numbers only."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, abort, current_app, jsonify, request

from base.settings import Settings
from ingest.health import Health
from web import frame
from web.health.exposition import CONTENT_TYPE, exposition

blueprint = Blueprint("health", __name__)
_KEPT = "juanzong.health"


@blueprint.get("/healthz")
def alive() -> Response:
    """200 as long as the process answers at all: whoever restarts it needs to know no more."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 or 503, with the code of what is away."""
    answer = _health().readiness()
    checks = {each.name: each.code or "ok" for each in answer.answers}
    return jsonify({"ready": answer.ready, "checks": checks}), 200 if answer.ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """For Prometheus; a caller who may not read it is told as little as of an address that is not there."""
    if not _may_read(frame.office().settings):
        abort(404)
    return Response(exposition(_health().figures()), content_type=CONTENT_TYPE)


def _health() -> Health:
    kept: Health = current_app.extensions.setdefault(_KEPT, Health(frame.office()))
    return kept


def _may_read(settings: Settings) -> bool:
    """With a token, who shows it; without one, who calls from an address of `metrics_from` and through no proxy."""
    if settings.metrics_token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        return hmac.compare_digest(shown, settings.metrics_token.encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    caller = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - an address that no network holds
    networks = (each.strip() for each in settings.metrics_from.split(","))
    return any(caller in ipaddress.ip_network(each, strict=False) for each in networks if each)
