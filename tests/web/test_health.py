"""What a monitor asks: answered without a session, with codes and numbers only, and the figures not to everybody."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from archive.jobs import LocalQueue, enqueue
from archive.tables.custody import StoredObject
from base.clock import now
from base.errors import JuanzongError
from tests.archive.factory import Made
from tests.web.conftest import find_nothing
from web.app import create_app


def _metrics(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_a_monitor_needs_no_session_and_gets_none(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_office_whose_store_is_away_is_alive_and_not_ready(made: Made) -> None:
    shutil.rmtree(made.office.settings.data_dir / "objects")
    client = create_app(made.office, find_nothing).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["ready"] is False
    assert answer.json["checks"]["store"] == "store.marker-missing"
    assert answer.json["checks"]["catalogue"] == "ok"
    assert _metrics(client)["juanzong_up", "store"] == 0


def test_the_figures_are_those_of_the_catalogue(made: Made) -> None:
    with made.office.catalogue.write() as session:
        for number in (901, 902, 903):
            enqueue(session, "measure", number, batch_id=None)
        session.add(StoredObject(key=f"originals/{'a' * 64}", recorded_at=now(), state="bad"))
    queue = LocalQueue(made.office.catalogue)
    job = queue.claim("tester", ["measure"])
    assert job is not None
    queue.fail(job, JuanzongError("job.failed", detail="OSError"))
    figures = _metrics(create_app(made.office, find_nothing).test_client())
    assert figures["juanzong_jobs", "measure", "waiting"] == 2
    assert figures["juanzong_jobs", "measure", "failed"] == 1
    assert 0 <= figures["juanzong_oldest_job_seconds", "measure", "waiting"] < timedelta(hours=1).total_seconds()
    assert figures["juanzong_pages", "received"] == 6
    assert figures["juanzong_objects", "bad"] == 1
    assert figures["juanzong_ready",] == figures["juanzong_up", "catalogue"] == 1
    assert figures["juanzong_disk_free_bytes",] > 0


def test_no_name_and_no_number_of_a_person_is_in_any_answer(app: Flask) -> None:
    client = app.test_client()
    told = "".join(client.get(each).get_data(as_text=True) for each in ("/healthz", "/readyz", "/metrics"))
    assert not any(word in told for word in ("张桂兰", "李强生", "E-1", "b-east"))


def test_who_is_not_of_the_networks_is_told_nothing(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert client.get("/readyz", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200


def test_networks_and_a_token_are_set(made: Made) -> None:
    office = made.office
    wide = office.settings.model_copy(update={"metrics_from": "10.1.0.0/16, ::1"})
    client = create_app(replace(office, settings=wide), find_nothing).test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200
    assert client.get("/metrics").status_code == 404
    secret = office.settings.model_copy(update={"metrics_token": "a-long-token"})
    client = create_app(replace(office, settings=secret), find_nothing).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    shown = {"Authorization": "Bearer a-long-token", "X-Forwarded-For": "10.9.9.9"}
    assert client.get("/metrics", headers=shown).status_code == 200
