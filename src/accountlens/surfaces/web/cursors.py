"""Cursors: where the next page begins, in which snapshot, and of which question."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from accountlens.surfaces.web.problems import RefusedError

FURTHEST = 10**9  # rows that a cursor may lie behind
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cursor:
    """`question` is a digest: the cursor of one is none of another."""

    offset: int
    snapshot: str
    question: str

    def __str__(self) -> str:
        told = json.dumps([self.offset, self.snapshot, self.question], separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def digest(question: str) -> str:
    return hashlib.sha256(question.encode(errors="replace")).hexdigest()[:12]


def read_cursor(text: str, question: str) -> Cursor:
    """The cursor behind its text; `RefusedError` where it is none of this question."""
    with suppress(ValueError, TypeError):
        offset, snapshot, asked = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if (
            isinstance(offset, int)
            and 0 <= offset <= FURTHEST
            and isinstance(snapshot, str)
            and asked == digest(question)
        ):
            return Cursor(offset, snapshot, asked)
    raise RefusedError(400, "This cursor is none of this question.", "cursor", "Begin without a cursor.")


def page_of(
    rows: Sequence[Row], cursor: str | None, limit: int | None, snapshot: str, asked: str, offset: int = 0
) -> tuple[Sequence[Row], str | None]:
    """Of what is listed anew whenever it is asked: a page (without a limit all), and the cursor of the next one."""
    begins = read_cursor(cursor, asked).offset if cursor else offset
    ends = len(rows) if limit is None else begins + limit
    return rows[begins:ends], str(Cursor(ends, snapshot, digest(asked))) if ends < len(rows) else None
