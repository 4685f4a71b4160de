"""Writes the description of the API that the client's types are made from: `python web/describe.py FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from accountlens.surfaces.web.app import create_app


def description() -> str:
    """OpenAPI as JSON; the same for every workspace, and so made from an empty one. Without the release's number."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "accountlens.yaml").write_text("name: nothing\n", encoding="utf-8")
        told = create_app(Path(folder)).openapi()
    told["info"]["version"] = "0"
    return json.dumps(told, indent=1, sort_keys=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(description(), encoding="utf-8")
