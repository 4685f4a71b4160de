"""What is counted while serving, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
ELSEWHERE = "(other)"  # addresses that are no route are told as one, for anybody can make them up


class Counters:
    """Of one application; a registry of its own, so that several may run in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "accountlens_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "accountlens_request_seconds", "Until they were answered.", ["route"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.open = Gauge("accountlens_requests_open", "Requests being worked on.", registry=self.registry)

    def gauge(self, name: str, about: str, read: Any) -> None:
        """A number that is read whenever somebody looks."""
        Gauge(f"accountlens_{name}", about, registry=self.registry).set_function(read)

    @contextmanager
    def working(self) -> Iterator[None]:
        with self.open.track_inprogress():
            yield

    def count(self, scope: Any, status: int, seconds: float) -> None:
        found = scope.get("route")
        route = getattr(found, "path", None) or ELSEWHERE
        method = scope["method"] if found is not None else ELSEWHERE
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def told(self) -> bytes:
        return generate_latest(self.registry)
