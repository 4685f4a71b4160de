"""The kept statements are those that are written today."""

from __future__ import annotations

import pytest
from tests.engines.golden import ENGINES, FOLDER, golden


@pytest.mark.parametrize("engine", ENGINES)
def test_statements_are_written_as_they_are_kept(engine: str) -> None:
    kept = (FOLDER / f"{engine}.sql").read_text(encoding="utf-8")
    told = "Look at what changed, then keep it: python -m tests.engines.golden"
    assert golden(engine).splitlines() == kept.splitlines(), told
