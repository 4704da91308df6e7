"""What every test shares: no network but the loopback of tests that say so, and property tests that do not depend on speed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import EVERYTHING_ON_POSTGRES, _offices, _on_postgres, postgres_url

__all__ = ["_offices", "_on_postgres", "postgres_url"]

# The cores are shared and noisy: a deadline would fail on the machine, not on the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", parent=settings.get_profile("house"), max_examples=5000)
settings.load_profile("house")

# Only these speak over sockets, and only within this machine; all other tests are refused by pytest-socket.
_LOOPBACK_MARKERS = ("service", "e2e")
_LOOPBACK = ["127.0.0.1", "::1", "localhost"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if EVERYTHING_ON_POSTGRES or any(item.get_closest_marker(name) for name in _LOOPBACK_MARKERS):
            item.add_marker(pytest.mark.allow_hosts(_LOOPBACK))
