"""The browser application is made with the types of the API as it is, and with packages that name no registry."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
TYPES = WEB / "src/api/schema.d.ts"


def test_the_types_of_the_client_are_those_of_the_api(tmp_path: Path) -> None:
    generator = WEB / "node_modules/openapi-typescript/bin/cli.js"
    if not generator.is_file() or not shutil.which("node"):
        pytest.skip("openapi-typescript is not installed (make web, which needs Node)")
    described, made = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    subprocess.run([sys.executable, str(WEB / "describe.py"), str(described)], check=True)
    subprocess.run(["node", str(generator), str(described), "--output", str(made)], check=True, capture_output=True)
    assert made.read_text(encoding="utf-8") == TYPES.read_text(encoding="utf-8"), "run 'make web-schema'"


def test_the_lock_file_names_no_place_that_packages_come_from() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, one in packages.items() if "resolved" in one] == []
