"""One log line a request: which view answered, how, and how long it took. Never the address: it may hold what somebody typed."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from base import logs

# Slower answers are told even where requests are not.
_SLOW_S = 5.0


def log_requests(app: Flask) -> None:
    """Every request of `app`, but for files that never change and what monitors ask every few seconds."""

    def began() -> None:
        g.juanzong_began = time.monotonic()

    def ended(response: Response) -> Response:
        seconds = time.monotonic() - g.get("juanzong_began", time.monotonic())
        quiet = request.endpoint in ("static", "bootstrap.static") or request.blueprint == "health"
        serious = response.status_code >= 500 or seconds > _SLOW_S
        if serious or not quiet:
            logs.event(
                "request", "warning" if serious else "info", view=request.endpoint, method=request.method,
                status=response.status_code, seconds=seconds,
            )  # fmt: skip
        return response

    app.before_request(began)
    app.after_request(ended)
