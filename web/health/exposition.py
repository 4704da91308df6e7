"""The figures in the words of Prometheus. The one module that knows its client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ingest.health import Figures

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(figures: Figures) -> bytes:
    """One page of metrics; all are gauges, because they are read off rows and not counted by a process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(figures))
    return generate_latest(registry)


class _Collected(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        yield from _parts(self._figures)
        yield from _jobs(self._figures)
        yield from _index(self._figures)
        yield from _custody(self._figures)
        yield _one("juanzong_disk_free_bytes", "Bytes free on the disk of the data folder.", self._figures.free_bytes)


def _parts(figures: Figures) -> Iterator[Metric]:
    up = GaugeMetricFamily("juanzong_up", "1 where the part answers without an error.", labels=["part"])
    lag = GaugeMetricFamily("juanzong_answer_seconds", "How long the part took to answer.", labels=["part"])
    for answer in figures.readiness.answers:
        up.add_metric([answer.name], 0 if answer.code else 1)
        lag.add_metric([answer.name], answer.seconds)
    yield up
    yield lag
    yield _one("juanzong_ready", "1 where pages can be received and shown.", int(figures.readiness.ready))


def _jobs(figures: Figures) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("juanzong_jobs", "Jobs that are not done.", labels=["kind", "state"])
    oldest = GaugeMetricFamily(
        "juanzong_oldest_job_seconds", "Age of the oldest job of a kind in a state.", labels=["kind", "state"]
    )
    for each in figures.jobs:
        jobs.add_metric([each.kind, each.state], each.count)
        oldest.add_metric([each.kind, each.state], each.oldest_s)
    pages = GaugeMetricFamily("juanzong_pages", "Images that came to a step.", labels=["step"])
    for step, count in figures.pages.items():
        pages.add_metric([step], count)
    yield from (jobs, oldest, pages)
    yield _one("juanzong_workers", "Worker processes at work, on all machines.", figures.workers)


def _index(figures: Figures) -> Iterator[Metric]:
    index = figures.index
    if index is None:
        return
    yield _one("juanzong_index_waiting", "Documents that wait for the index.", index.waiting)
    yield _one("juanzong_index_lag_seconds", "Age of the oldest document that waits for the index.", index.oldest_s)
    yield _one("juanzong_index_rejected", "Documents that the index refused.", index.rejected)
    yield _one("juanzong_index_rebuilding", "1 while the index is made anew.", int(index.rebuilding))


def _custody(figures: Figures) -> Iterator[Metric]:
    custody = figures.custody
    if custody is None:
        return
    objects = GaugeMetricFamily(
        "juanzong_objects", "Objects on record by what was last seen of them.", labels=["state"]
    )
    for state, count in custody.objects.items():
        objects.add_metric([state], count)
    walks = GaugeMetricFamily("juanzong_custody_walk_age_seconds", "Since the last whole walk ended.", labels=["kind"])
    for kind, age in custody.last_walk_s.items():
        walks.add_metric([kind], age)
    yield from (objects, walks)
    yield _one(
        "juanzong_oldest_check_seconds", "Since the object that was read longest ago was read.", custody.oldest_check_s
    )


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)
