"""Lists told a page at a time: where a page begins, in which snapshot, and of which question its cursor is."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import Field

from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.questions import Name, Strict

FURTHEST = 10**9  # rows that a cursor may lie behind
MOST = 1_000  # rows of a page
TURNED = frozenset({"cursor", "limit", "offset"})  # what differs between the pages of one question
Limit = Annotated[int, Field(ge=1, le=MOST)]
AllOrLimit = Annotated[int | None, Field(ge=1, le=MOST, description="So many a page; else all at once.")]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page:
    """`question` is a digest: the cursor of one is none of another. `snapshot`: where the first page was told of."""

    begins: int
    limit: int | None
    snapshot: str | None
    question: str

    def of(self, rows: Sequence[Row], snapshot: str = "") -> tuple[Sequence[Row], str | None]:
        """Of what is listed anew whenever it is asked: this page (without a limit all), and the cursor of the next."""
        ends = len(rows) if self.limit is None else self.begins + self.limit
        return rows[self.begins : ends], self.following(ends < len(rows), snapshot)

    def following(self, more: bool, snapshot: str = "") -> str | None:
        """The cursor of the next page, where there is one."""
        if not more or self.limit is None:
            return None
        told = json.dumps([self.begins + self.limit, snapshot, self.question], separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


class Paged(Strict):
    """What is asked of a list. Each says its own limit: `Limit` with what is usual there, or `AllOrLimit`."""

    cursor: Annotated[Name | None, Field(description="The next page: what the one before gave.")] = None

    def page(self, limit: int | None, asked: str | None = None) -> Page:
        """Where it begins. `asked`: the question, where that is not all that is said beside the page."""
        question = digest(self.model_dump_json(exclude=set(TURNED)) if asked is None else asked)
        if self.cursor is None:
            return Page(getattr(self, "offset", 0), limit, None, question)
        begins, snapshot = _read(self.cursor, question)
        return Page(begins, limit, snapshot or None, question)


class AllPaged(Paged):
    """All at once, or a page at a time."""

    limit: AllOrLimit = None


class PagedOrPlaced(Paged):
    """As well from any place on."""

    offset: Annotated[int, Field(ge=0, le=10_000_000, description="Else from this place on.")] = 0


def digest(question: str) -> str:
    return hashlib.sha256(question.encode(errors="replace")).hexdigest()[:12]


def _read(cursor: str, question: str) -> tuple[int, str]:
    """Where the page begins and in which snapshot; `RefusedError` where the cursor is none of this question."""
    with suppress(ValueError, TypeError):
        begins, snapshot, asked = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(begins, int) and 0 <= begins <= FURTHEST and isinstance(snapshot, str) and asked == question:
            return begins, snapshot
    raise RefusedError(400, "This cursor is none of this question.", "cursor", "Begin without a cursor.")
