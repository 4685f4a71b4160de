"""Cursors: where the next page begins, in which snapshot, and of which question."""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass

from accountlens.surfaces.web.problems import RefusedError


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
        if isinstance(offset, int) and offset >= 0 and isinstance(snapshot, str) and asked == digest(question):
            return Cursor(offset, snapshot, asked)
    raise RefusedError(400, "This cursor is none of this question.", "cursor", "Begin without a cursor.")
