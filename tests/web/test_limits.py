"""What every route shares: ETags, compression, limits, errors, headers, the application's files."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import requests
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody

import accountlens
from accountlens.errors import AccountlensError
from accountlens.people.viewer import Viewer
from accountlens.surfaces.web.answering import Server
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.limits import Limits
from accountlens.surfaces.web.problems import told
from accountlens.surfaces.web.serving import listen, serving
from accountlens.workspace import Workspace
from accountlens.workspace.asking import Asking

ASKED = {"kpis": "repeat_customer_share", "period": "2026-01..2026-06"}


@contextmanager
def served(folder: Path, **limits: Any) -> Iterator[tuple[TestClient, Server]]:
    app = create_app(folder, viewer_of=somebody, limits=Limits(**limits))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client, app.state.server


def test_an_unchanged_answer_is_304_until_the_snapshot_changes(orders: Path) -> None:
    with served(orders) as (client, _):
        first = client.get(f"{API}/query", params=ASKED)
        known = {"If-None-Match": first.headers["etag"]}
        same = client.get(f"{API}/query", params=ASKED, headers=known)
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
        assert client.get(f"{API}/query", params={**ASKED, "by": "tier"}, headers=known).status_code == 200
        assert client.get(f"{API}/query", params=ASKED, headers={**known, "Accept": "text/csv"}).status_code == 200
        Workspace(orders).refresh(as_of=datetime(2026, 7, 2))
        changed = client.get(f"{API}/query", params=ASKED, headers=known)
        assert changed.status_code == 200
        assert changed.json()["snapshot"] != first.json()["snapshot"]


def test_what_is_kept_for_one_is_never_told_to_who_sees_less(orders: Path) -> None:
    def viewer_of(request: Request) -> Viewer:
        return Viewer(request.headers["x-who"], "", "", somebody(request).role)

    def sees(viewer: Viewer, workspace: Asking) -> frozenset[str] | None:
        return None if viewer.id == "boss" else frozenset({viewer.id})

    told = {}
    with TestClient(create_app(orders, viewer_of=viewer_of, sees=sees)) as client:
        for _ in range(2):
            for who in ("boss", "A1", "A2"):
                answer = client.get(f"{API}/accounts", headers={"x-who": who})
                assert told.setdefault(who, answer.headers["etag"]) == answer.headers["etag"]
                assert answer.json()["account_id"] == (["A1", "A2", "A3"] if who == "boss" else [who])
        stolen = client.get(f"{API}/accounts", headers={"x-who": "A1", "If-None-Match": told["boss"]})
        assert (stolen.status_code, stolen.json()["account_id"]) == (200, ["A1"])
    assert len(set(told.values())) == 3


def test_the_same_question_is_worked_out_once(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    answer = Asking.answer

    def counting(self: Asking, query: Any) -> Any:
        asked.append(query)
        return answer(self, query)

    monkeypatch.setattr(Asking, "answer", counting)
    with served(orders) as (client, server), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get(f"{API}/query", params=ASKED).content, range(24)))
    assert len(set(answers)) == 1
    assert len(asked) == server.kept.misses == 1


def test_long_answers_are_compressed_for_who_takes_it(orders: Path) -> None:
    with served(orders) as (client, _):
        plain = client.get(f"{API}/catalog", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        with client.stream("GET", f"{API}/catalog", headers={"Accept-Encoding": "gzip"}) as zipped:
            raw = b"".join(zipped.iter_raw())
        assert zipped.headers["content-encoding"] == "gzip"
        assert gzip.decompress(raw) == plain.content
        assert len(raw) < len(plain.content) / 3
        with client.stream("GET", f"{API}/catalog", headers={"Accept-Encoding": "gzip, deflate, br"}) as better:
            smaller = b"".join(better.iter_raw())
        assert better.headers["content-encoding"] == "br"
        assert pa.Codec("brotli").decompress(smaller, len(plain.content), asbytes=True) == plain.content
        assert len(smaller) < len(plain.content) / 3
        refused = client.get(f"{API}/catalog", headers={"Accept-Encoding": "gzip;q=0"})
        assert "content-encoding" not in refused.headers
        short = client.get(f"{API}/alerts/count", headers={"Accept-Encoding": "gzip, br"})
        assert "content-encoding" not in short.headers


def test_a_question_that_takes_too_long_is_stopped(company: Path) -> None:
    with served(company, seconds=0.02) as (client, _):
        answer = client.get(f"{API}/query", params={"kpis": "engaged_accounts,health_score,nrr", "by": "account_id"})
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("too-long")
        assert "shorter period" in answer.json()["mend"]


def test_too_many_at_once_are_asked_to_come_again(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go = threading.Event(), threading.Event()
    answer = Asking.answer

    def slow(self: Asking, query: Any) -> Any:
        inside.set()
        go.wait(20)
        return answer(self, query)

    monkeypatch.setattr(Asking, "answer", slow)
    with served(orders, at_once=1, waiting=0) as (client, _), ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, f"{API}/query", params=ASKED)
        try:
            assert inside.wait(20)
            second = client.get(f"{API}/query", params={**ASKED, "by": "tier"})
        finally:
            go.set()
        assert (second.status_code, second.headers["retry-after"]) == (429, "2")
        assert first.result().status_code == 200
        assert get(client, "/query", **ASKED, by="tier")["groups"]


def test_an_answer_that_would_be_too_large_is_refused(orders: Path) -> None:
    with served(orders, figures=10) as (client, _):
        told = get(client, "/query", 413, **ASKED, by="account_id", grain="day")
        assert "top" in told["mend"]
        assert get(client, "/query", **ASKED)["kpis"]


def test_a_body_that_is_too_large_is_refused_also_when_its_length_is_not_told(orders: Path) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    with served(orders, body_bytes=1_000) as (client, _):
        for content in (b" " * 2_000, parts()):
            answer = client.post(f"{API}/query", content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code == 413
            assert answer.json()["detail"] == "The request is larger than 1,000 bytes."
            assert answer.json()["mend"]
        rows = "account_id,tier\n" + "A1,A\n" * 1_000
        assert client.post(f"{API}/tiers/import", json={"text": rows, "check": True}).json()["rows"] == 1_000
        strange = client.post(f"{API}/tiers/import", json={"text": rows + "Z1,A\n" * 10_001, "check": True})
        assert (strange.status_code, "10,000 rows" in strange.json()["detail"]) == (400, True)
        long = client.post(f"{API}/tiers/import", json={"text": rows * 2_000, "check": True})
        assert (long.status_code, long.json()["detail"]) == (413, "The request is larger than 8,388,608 bytes.")


def test_an_address_that_is_too_long_is_refused_in_words_not_by_a_cut_connection(orders: Path) -> None:
    with serving(create_app(orders, viewer_of=somebody), listen("127.0.0.1", None)) as where:
        answer = requests.get(f"{where}{API}/accounts", params={"columns": "0" * 128_000}, timeout=20)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "The address is longer than 49,152 bytes."


def test_a_fault_of_ours_is_told_by_a_number_that_the_log_has(
    orders: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Asking, query: Any) -> Any:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(Asking, "answer", fail)
    with served(orders) as (client, _), caplog.at_level(logging.ERROR, "accountlens.web"):
        answer = client.get(f"{API}/query", params=ASKED)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["id"] in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_where_something_stands_is_told_within_the_workspace(tmp_path: Path) -> None:
    inside = Path(accountlens.__file__).parent / "catalog" / "facts" / "leads.sql"
    error = AccountlensError(
        f"{tmp_path}/a.csv has no row, {inside} neither.", str(tmp_path), f"See {tmp_path}/b --all."
    )
    answer = json.loads(told(error, tmp_path).body)
    assert answer["detail"] == "a.csv has no row, accountlens/catalog/facts/leads.sql neither."
    assert (answer["where"], answer["mend"]) == ("the workspace", "See b all.")


def test_no_path_of_this_machine_goes_out(orders: Path) -> None:
    (orders / "kpis").mkdir()
    (orders / "kpis" / "broken.yaml").write_text("label: [\n")
    with served(orders) as (client, _):
        answer = client.get(f"{API}/query", params=ASKED)
        assert answer.status_code == 409
        assert "broken.yaml" in answer.text
        assert str(orders) not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/nothing", 404),
        ("GET", "/api/v2/query", 404),
        ("GET", "/api/v1/catalog/", 404),
        ("DELETE", "/api/v1/catalog", 405),
        ("PUT", "/api/v1/query", 405),
        ("POST", "/accounts", 405),
        ("GET", "/api/v1/catalog/no_such_kpi", 404),
    ],
)
def test_what_is_not_there_is_a_problem(method: str, path: str, status: int, client: TestClient) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_nothing_may_be_loaded_from_elsewhere(client: TestClient) -> None:
    for path in (f"{API}/health", "/", f"{API}/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "http" not in policy
        assert headers["x-frame-options"] == "DENY"


def test_the_application_is_told_everywhere_but_under_the_api(orders: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>the page</title>")
    (built / "assets" / "main-abc.js").write_text("let plain")
    (built / "assets" / "main-abc.js.br").write_bytes(b"brotli")
    (built / "assets" / "main-abc.js.gz").write_bytes(gzip.compress(b"let plain", mtime=0))
    (tmp_path / "secret.txt").write_text("secret")
    with TestClient(create_app(orders, viewer_of=somebody, built=built)) as client:
        for path in ("/", "/accounts/A1?tab=people", "/index.html", "/..%2fsecret.txt", "/main.js"):
            answer = client.get(path)
            assert (answer.status_code, "the page" in answer.text) == (200, True)
            assert answer.headers["cache-control"] == "no-cache"
        asset = client.get("/assets/main-abc.js", headers={"Accept-Encoding": "gzip"})
        assert (asset.text, asset.headers["content-encoding"]) == ("let plain", "gzip")
        assert asset.headers["content-type"].startswith("text/javascript")
        assert "immutable" in asset.headers["cache-control"]
        with client.stream("GET", "/assets/main-abc.js", headers={"Accept-Encoding": "br, gzip"}) as best:
            assert (b"".join(best.iter_raw()), best.headers["content-encoding"]) == (b"brotli", "br")
        assert client.get("/assets/gone.js").status_code == 404
    with TestClient(create_app(orders, viewer_of=somebody, built=tmp_path / "nowhere")) as client:
        answer = client.get("/")
        assert (answer.status_code, "make web" in answer.text) == (503, True)


def test_what_was_asked_is_counted_by_route(orders: Path) -> None:
    with served(orders) as (client, _):
        for _ in range(3):
            get(client, "/query", **ASKED)
        get(client, "/nothing", 404)
        told = client.get(f"{API}/metrics").text
    assert 'accountlens_requests_total{method="GET",route="/query",status="200"} 3.0' in told
    assert 'accountlens_requests_total{method="(other)",route="(other)",status="404"} 1.0' in told
    assert "accountlens_answers_kept_hits 2.0" in told
    assert "accountlens_snapshots_open 1.0" in told
