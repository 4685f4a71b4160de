"""Files in an object store, read by a server on loopback that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.refreshing import Place
from tests.servers import s3

from accountlens.catalog.settings import Settings
from accountlens.errors import AccountlensError
from accountlens.sources.files import FilesSettings, find_files
from accountlens.sources.objects import mirrored
from accountlens.sources.registry import fetch_source

THEN, LATER = datetime(2026, 1, 1), datetime(2026, 2, 1)
ORDERS = "order_id,account_id,ordered_at,amount,currency\n"


@pytest.fixture(scope="module")
def server() -> Iterator[s3.Bucket]:
    with s3.serving() as bucket:
        yield bucket


@pytest.fixture
def bucket(server: s3.Bucket, monkeypatch: pytest.MonkeyPatch) -> s3.Bucket:
    server.objects.clear()
    server.read.clear()
    server.refuse = False
    for name, value in {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s3cr3t", "EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    server.put("in/orders_2024_01.csv", f"{ORDERS}o1,a1,2024-01-01,1,USD\n", THEN)
    server.put("in/orders_2024_02.csv", f"{ORDERS}o2,a1,2024-02-01,1,USD\n", THEN)
    server.put("in/readme.txt.bak", "no table", THEN)
    server.put("in/deep/er/orders_2024_03.csv", f"{ORDERS}o3,a1,2024-03-01,1,USD\n", THEN)
    return server


def place(folder: Path, url: str) -> Place:
    place = Place(folder).write(accounts="account_id,name\na1,Acme\n")
    place.settings = Settings.model_validate({"sources": {"crm": {"path": "data"}, "lake": {"path": url}}})
    return place


def orders(one: Place) -> list[str]:
    return sorted(row[0] for row in one.rows("orders", "order_id"))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("bucket/in", ["orders_2024_01.csv", "orders_2024_02.csv"]),
        ("bucket/in/orders_2024_02.csv", ["orders_2024_02.csv"]),
        ("bucket/in/orders_*_01.csv", ["orders_2024_01.csv"]),
        ("bucket/in/**/*.csv", ["deep/er/orders_2024_03.csv", "orders_2024_01.csv", "orders_2024_02.csv"]),
        ("bucket/in/*/er/*.csv", ["deep/er/orders_2024_03.csv"]),
    ],
)
def test_a_file_a_folder_and_globs_are_read(bucket: s3.Bucket, tmp_path: Path, path: str, found: list[str]) -> None:
    source = FilesSettings.model_validate({"path": bucket.url(path)})
    assert fetch_source("lake", source, tmp_path, tmp_path / "landed").rows == len(found)
    files, root = find_files("lake", mirrored(bucket.url(path), tmp_path / "landed" / "lake.duckdb"), tmp_path)
    assert [file.relative_to(root).as_posix() for file in files] == found
    assert len(bucket.read) == len(found), "nothing else is fetched"


def test_only_new_and_changed_objects_are_fetched_and_gone_ones_go(bucket: s3.Bucket, tmp_path: Path) -> None:
    bucket.put("in/orders_2024_06.csv", f"{ORDERS}o6,a1,2024-06-01,1,USD\n", THEN)
    one = place(tmp_path, bucket.url("bucket/in"))
    one.refresh()
    bucket.read.clear()
    one.refresh()
    assert bucket.read == []
    bucket.put("in/orders_2024_02.csv", f"{ORDERS}o2,a1,2024-02-01,2,USD\no9,a1,2024-02-01,2,USD\n", LATER)
    bucket.put("in/orders_2024_04.csv", f"{ORDERS}o4,a1,2024-04-01,1,USD\n", LATER)
    del bucket.objects["in/orders_2024_01.csv"]
    one.refresh()
    assert bucket.read == ["in/orders_2024_02.csv", "in/orders_2024_04.csv"]
    assert orders(one) == ["o2", "o4", "o6", "o9"]
    one.assert_as_full()


def test_parquet_is_read_from_its_copy(bucket: s3.Bucket, tmp_path: Path) -> None:
    columns = {
        "order_id": ["p1"],
        "account_id": ["a1"],
        "ordered_at": ["2024-01-01"],
        "amount": [1],
        "currency": ["USD"],
    }
    out = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), out)
    bucket.put("lake/orders.parquet", out.getvalue().to_pybytes(), THEN)
    one = place(tmp_path, bucket.url("bucket/lake"))
    one.refresh()
    assert orders(one) == ["p1"]


def test_a_store_that_refuses_is_told_without_secrets_and_its_files_stay(bucket: s3.Bucket, tmp_path: Path) -> None:
    one = place(tmp_path, bucket.url("bucket/in"))
    one.refresh()
    bucket.refuse = True
    report = one.refresh()
    assert "May the keys in the environment" in report.failed["lake"]
    assert "s3cr3t" not in report.failed["lake"]
    assert orders(one) == ["o1", "o2"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("bucket/nothing", "There is no file to be read"),
        ("bucket/in/*.parquet", "There is no file to be read"),
        ("other/in", "Are bucket and path right?"),
    ],
)
def test_what_is_not_there_is_told(bucket: s3.Bucket, tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(AccountlensError, match="source 'lake', path: ") as caught:
        place(tmp_path, bucket.url(path)).refresh()
    assert said in str(caught.value)


def test_a_secret_in_an_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccountlensError, match="a secret stands in it"):
        place(tmp_path, "s3://key:word@bucket/in").refresh()
