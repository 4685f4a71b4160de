"""Reads a damaged text file line by line: good records go on, each bad one is kept with line and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from accountlens.sources.landed import FaultyRow
from accountlens.sources.sniff import Dialect, open_bytes

LONGEST_RECORD_LINES = 200  # a quoted text may span lines; one that runs on longer was never closed
CHUNK = 1 << 20
NEVER_CLOSED = "a quote is opened and never closed"
NOT_PLAIN = "a quote stands where none may stand"


@dataclass(frozen=True)
class Shape:
    """The dialect and width of a file, as bytes and patterns over bytes."""

    width: int
    delimiter: bytes
    quote: bytes
    escape: bytes

    @classmethod
    def of(cls, dialect: Dialect, width: int) -> Shape:
        return cls(width, dialect.delimiter.encode(), dialect.quote.encode(), dialect.escape.encode())

    @cached_property
    def inside(self) -> bytes:
        """What may stand between two quotes."""
        quote, escape = re.escape(self.quote), re.escape(self.escape)
        if self.escape == self.quote:
            return b"[^%b]*(?:%b%b[^%b]*)*" % (quote, quote, quote, quote)
        return b"[^%b%b]*(?:%b(?s:.)[^%b%b]*)*" % (quote, escape, escape, quote, escape)

    @cached_property
    def cell(self) -> re.Pattern[bytes]:
        """Group 1: the inside of a quoted cell. Group 2: a cell without quotes around it."""
        quote, end = re.escape(self.quote), re.escape(self.delimiter)
        return re.compile(b" *%b(%b)%b *(?=%b|$)|([^%b]*)" % (quote, self.inside, quote, end, end), re.DOTALL)

    @cached_property
    def record(self) -> re.Pattern[bytes]:
        """A whole record of the right width that any reader understands as it stands."""
        if (self.quote, self.escape) != (b'"', b'"'):
            return re.compile(b"(?!)")  # such files are written anew
        cell = b'(?:"%b"|[^%b"\\r\\n]*)' % (self.inside, re.escape(self.delimiter))
        return re.compile(b"%b(?:%b%b){%d}" % (cell, re.escape(self.delimiter), cell, self.width - 1))

    @cached_property
    def opening(self) -> re.Pattern[bytes]:
        """A cell that starts with a quote and is still open at the end."""
        return re.compile(b" *%b%b$" % (re.escape(self.quote), self.inside), re.DOTALL)


@dataclass(frozen=True)
class Fault:
    line: int
    reason: str
    content: bytes


class BrokenQuoteError(Exception):
    """A quote stands where none may stand."""


def clean_copy(path: Path, copy: Path, dialect: Dialect, width: int, header_lines: int) -> tuple[list[FaultyRow], int]:
    """Write the good records, each with its row number in front; return the bad ones and the longest length."""
    shape = Shape.of(dialect, width)
    faulty: list[FaultyRow] = []
    row = longest = 0
    with open_bytes(path) as file, copy.open("wb") as out:
        lines = Lines(file)
        lines.skip(dialect.skip + header_lines)
        while (record := lines.record(shape)) is not None:
            row += 1
            if isinstance(record, Fault):
                text = record.content.decode("utf-8", "backslashreplace")
                faulty.append(FaultyRow(row, f"line {record.line}: {record.reason}", text))
            else:
                out.write(b"%d%b%b\n" % (row, shape.delimiter, record))
                longest = max(longest, len(record))
    return faulty, longest


class Lines:
    """Walks over a file; a record that fails costs one line, and the next line starts afresh."""

    def __init__(self, file: IO[bytes]) -> None:
        self._lines = _split(file)
        self._waiting: list[bytes] = []
        self.number = 0

    def _next(self) -> bytes | None:
        line = self._waiting.pop() if self._waiting else next(self._lines, None)
        self.number += line is not None
        return line

    def _back(self, lines: list[bytes]) -> None:
        self._waiting.extend(reversed(lines))
        self.number -= len(lines)

    def skip(self, count: int) -> None:
        for _ in range(count):
            self._next()

    def record(self, shape: Shape) -> bytes | Fault | None:
        """The next record, written so that any reader agrees on it; `None` at the end.

        Blank lines are no rows, but in a file of one column they are an empty cell.
        """
        line = self._next()
        while line is not None and shape.width > 1 and not line.strip():
            line = self._next()
        if line is None:
            return None
        if shape.quote in line or b"\r" in line:
            whole = shape.record.fullmatch(line) is not None
            return (_fault(self.number, shape.width, line, shape) or line) if whole else self._quoted(line, shape)
        found = line.count(shape.delimiter) + 1
        if found == shape.width + 1 and line.endswith(shape.delimiter):
            line, found = line[: -len(shape.delimiter)], shape.width
        return _fault(self.number, found, line, shape) or line

    def _quoted(self, line: bytes, shape: Shape) -> bytes | Fault:
        """A record with quotes, which may go on over the next lines."""
        start, taken, record = self.number, list[bytes](), line
        try:
            while (cells := _cells(record, shape)) is None:
                following = self._next() if len(taken) < LONGEST_RECORD_LINES else None
                if following is None:
                    raise BrokenQuoteError
                taken.append(following)
                record += b"\n" + following
        except BrokenQuoteError:
            self._back(taken)
            return Fault(start, NEVER_CLOSED if taken or _cells_open(line, shape) else NOT_PLAIN, line)
        if len(cells) == shape.width + 1 and not cells[-1]:
            cells.pop()
        written = _written(cells, shape)
        fault = _fault(start, len(cells), line, shape, written)
        if fault and taken:
            self._back(taken)
            return Fault(start, NEVER_CLOSED, line)
        return fault or written


def _fault(start: int, found: int, line: bytes, shape: Shape, written: bytes | None = None) -> Fault | None:
    if found != shape.width:
        fields = "1 field" if found == 1 else f"{found} fields"
        return Fault(start, f"{fields} where the header has {shape.width}", line)
    if not line.isascii() or written is not None:
        try:
            (line if written is None else written).decode("utf-8")
        except UnicodeDecodeError:
            return Fault(start, "bytes that are not valid UTF-8", line)
    return None


def _split(file: IO[bytes]) -> Iterator[bytes]:
    """Lines without their ends. A file without any \\n ends its lines with \\r, as old Macs did."""
    first = file.read(CHUNK).removeprefix(b"\xef\xbb\xbf")
    end = b"\n" if b"\n" in first else b"\r"
    rest = first
    while rest:
        *lines, rest = rest.split(end)
        yield from (line.removesuffix(b"\r") for line in lines)
        more = file.read(CHUNK)
        if not more and rest:
            yield rest.removesuffix(b"\r")
        rest = rest + more if more else b""


def _cells(record: bytes, shape: Shape) -> list[bytes] | None:
    """The cells of a record; `None` while a quote is still open."""
    cells: list[bytes] = []
    place = 0
    while found := shape.cell.match(record, place):
        inner, plain = found.groups()
        if inner is None and plain.lstrip(b" ").startswith(shape.quote):
            if shape.opening.match(record, place):
                return None
            raise BrokenQuoteError
        if inner is None and b"\n" in plain:
            raise BrokenQuoteError
        cells.append(plain if inner is None else _unescaped(inner, shape))
        place = found.end() + len(shape.delimiter)
        if place > len(record):
            break
    return cells


def _cells_open(line: bytes, shape: Shape) -> bool:
    try:
        return _cells(line, shape) is None
    except BrokenQuoteError:
        return False


def _unescaped(text: bytes, shape: Shape) -> bytes:
    if shape.escape == shape.quote:
        return text.replace(shape.quote * 2, shape.quote)
    return re.sub(re.escape(shape.escape) + b"(.)", rb"\1", text, flags=re.DOTALL)


def _written(cells: list[bytes], shape: Shape) -> bytes:
    """With plain double quotes, whatever the file used."""
    marks = (b'"', b"\n", b"\r", shape.delimiter)
    return shape.delimiter.join(
        b'"' + cell.replace(b'"', b'""') + b'"' if any(mark in cell for mark in marks) else cell for cell in cells
    )
