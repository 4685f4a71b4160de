"""A wheel or a source distribution without the browser application is never built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hatch_build
import pytest


def hook(root: Path) -> Any:
    return hatch_build.ApplicationHook(str(root), {}, None, None, str(root), "wheel", None)


def test_without_the_application_there_is_no_wheel_and_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"index.html is missing(.|\n)*Install Node 20"):
        hook(tmp_path).initialize("standard", {})


def test_an_application_that_stands_there_is_taken_as_it_is_without_node(tmp_path: Path) -> None:
    index = tmp_path / hatch_build.INDEX
    index.parent.mkdir(parents=True)
    index.write_text("<!doctype html>")
    hook(tmp_path).initialize("standard", {})
    assert index.read_text() == "<!doctype html>"


def test_an_editable_install_leaves_it_to_the_makefile(tmp_path: Path) -> None:
    hook(tmp_path).initialize("editable", {})
