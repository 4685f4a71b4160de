"""Every command of docs/targets.md does what it is said to do: none is refused."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.conftest import CHECKOUT
from tests.selling import selling
from tests.workspaces import saying

PAGE = (CHECKOUT / "docs" / "targets.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
TABLE = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_commands_of_the_page_run_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say = saying(selling(tmp_path).folder, capsys)
    commands = [line for block in BLOCKS for line in block.splitlines()]
    assert len(commands) >= 9
    for command in commands:
        words = shlex.split(command.replace("E0008", "E1"), comments=True)
        code, _, err = say(*words[1:])
        assert (code, "error" in err) == (0, False), f"{command}\n{err}"
    assert say("targets", "set", "net_new_mrr", "--period", "2026-Q4", "--", "-5%")[0] == 0
    (tmp_path / "table.csv").write_text(TABLE)
    assert "2 targets set" in say("targets", "import", str(tmp_path / "table.csv"))[1]
