"""Passwords that are hashed quickly: how slowly they are hashed is not what these tests are about."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from accountlens.people import passwords
from accountlens.store import Store

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    passwords._nobodys.cache_clear()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")
