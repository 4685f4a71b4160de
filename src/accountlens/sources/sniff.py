"""What a file holds, found by looking at its first bytes: kind, encoding, delimiter, header."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

import charset_normalizer

from accountlens.errors import AccountlensError

LOOK = 1 << 20  # bytes looked at before a file is read
TEMPLATE = "# accountlens template"  # how the first line of our own templates begins
NO_DELIMITER = "\x1f"  # for files of one column: stands in no text
SUFFIXES = {
    ".csv": "text", ".tsv": "text", ".tab": "text", ".psv": "text",
    ".json": "json", ".jsonl": "json", ".ndjson": "json",
    ".parquet": "parquet", ".pq": "parquet",
    ".xlsx": "excel", ".xlsm": "excel", ".xlsb": "excel", ".xls": "excel", ".ods": "excel",
}  # fmt: skip
Kind = Literal["text", "json", "parquet", "excel"]

# Encodings outside Western Europe that are recognised where enough letters show them.
_FOREIGN = {
    "cp932", "shift_jis", "euc_jp", "gb18030", "gb2312", "gbk", "big5", "euc_kr", "cp949", "cp1251", "koi8_r",
    "cp1253", "cp1255", "cp1256",
}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a text file separates its cells."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'
    skip: int = 0  # lines above the header: titles, blank lines, `sep=;`


def suffix(path: Path) -> str:
    """The ending that says what is inside: `.csv` of `leads.csv.gz`."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def stem(path: Path) -> str:
    name = path.name
    name = name[:-3] if name.lower().endswith(".gz") else name
    return Path(name).stem


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it is gzip."""
    if is_gzip(path):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def head(path: Path, size: int = LOOK) -> bytes:
    with open_bytes(path) as file:
        return file.read(size)


def kind_of(path: Path) -> tuple[Kind, str | None]:
    """What the bytes are, whatever the name says, and a note where the two differ."""
    start = head(path, 4096)
    said = SUFFIXES.get(suffix(path), "text")
    if start.startswith(b"PAR1"):
        found: Kind = "parquet"
    elif start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        found = "excel"
    else:
        _refuse_binary(path, start, said)
        found = "json" if said == "json" else "text"
        if start and said in ("parquet", "excel") and re.match(rb"\s*<", start.removeprefix(b"\xef\xbb\xbf")):
            raise AccountlensError(
                "The file holds a web page (HTML or XML), not a table.",
                path.name,
                "Export it as CSV or .xlsx.",
            )
    if found in ("parquet", "excel") and is_gzip(path):
        raise AccountlensError("The file is packed with gzip.", path.name, "Unpack it first (gunzip).")
    note = f"named like {said}, read as {found}" if start and found != said else None
    return found, note


def _refuse_binary(path: Path, start: bytes, said: str) -> None:
    if utf16_order(start) or start.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return
    control = sum(start.count(byte) for byte in range(32) if byte not in b"\t\n\r\f")
    if start.count(0) > len(start) / 1000 or control > len(start) / 4:
        broken = {"parquet": "Parquet file", "excel": "workbook"}.get(said)
        what = f"The file is no whole {broken}." if broken else "The file is not text: it looks binary."
        raise AccountlensError(what, path.name, "Export it again, as CSV, JSON Lines, Parquet or .xlsx.")


def utf16_order(start: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where every second byte is zero, as in Latin letters without a mark."""
    size = len(start) // 2
    if size < 2:
        return None
    even, odd = start[0 : 2 * size : 2].count(0) / size, start[1 : 2 * size : 2].count(0) / size
    if odd > 0.5 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.5 and odd < 0.1 else None


def encoding_of(start: bytes) -> tuple[str, str | None]:
    """The encoding of text, and what had to be assumed. `utf-8` where nothing speaks against it."""
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", None
    if start.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32", None
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", None
    if order := utf16_order(start[:4096]):
        return order, f"assumed {order} (no byte order mark)"
    lines = start.split(b"\n")
    telling = [line for line in (lines[:-1] if len(start) >= LOOK else lines) if not line.isascii()]
    bad = [line for line in telling if not _is_utf8(line)]
    if 2 * len(bad) <= len(telling):  # the bad ones are faulty lines of a UTF-8 file
        return "utf-8", None
    return _legacy(b"\n".join(bad)[: 1 << 16])


def encoding_of_whole(path: Path) -> tuple[str, str | None]:
    """As `encoding_of`, by every line that is not plain ASCII (at most 1 MB of them)."""
    telling = bytearray(head(path, 4))
    if not telling.isascii() or 0 in telling:
        return encoding_of(head(path))
    with open_bytes(path) as file:
        for line in file:
            if not line.isascii():
                telling += line
                if len(telling) > LOOK:
                    break
    return encoding_of(bytes(telling))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _legacy(text: bytes) -> tuple[str, str]:
    """An encoding from before Unicode. Bytes can't prove it, so it is always said."""
    found = charset_normalizer.from_bytes(text, threshold=0.3).best()
    many = sum(byte > 127 for byte in text) >= 8
    if found and many and found.encoding in _FOREIGN and found.language != "Unknown":
        return found.encoding, f"not UTF-8; assumed {found.encoding} ({found.language})"
    western, central = _letters(text, "cp1252"), _letters(text, "cp1250")
    if many and central - western > 0.1:
        return "cp1250", "not UTF-8; assumed Windows-1250 (Central European)"
    name = "cp1252" if western >= 0 else "latin-1"
    return name, "not UTF-8; assumed Windows-1252 (Western European)"


def _letters(text: bytes, encoding: str) -> float:
    """The share of letters among what is not ASCII; -1 where the bytes don't fit the encoding."""
    try:
        special = [letter for letter in text.decode(encoding) if letter > "\x7f"]
    except UnicodeDecodeError:
        return -1.0
    return sum(letter.isalpha() for letter in special) / max(len(special), 1)


def dialect_of(sample: str, tabs: bool = False) -> Dialect:
    """Delimiter, quote and header line by how well the first lines agree."""
    sample = sample.removeprefix("\ufeff")
    lines = re.split(r"\r\n|\n|\r", sample)
    titled = 1 if lines and re.fullmatch(r"(?i)sep=.", lines[0].strip("\"' ")) else 0
    told = lines[0].strip("\"' ")[4:] if titled else ""
    skip = titled or explained(lines)
    quote, escape = _quoting(sample)
    candidates = [told] if told else ["\t", ",", ";", "|"] if tabs else [",", ";", "\t", "|"]
    body = "\n".join(lines[skip : skip + 400])
    scored = [(_agreement(body, char, quote, escape), -place, char) for place, char in enumerate(candidates)]
    best, _, delimiter = max(scored)
    if best <= 0:
        delimiter = told or NO_DELIMITER
    return Dialect(delimiter, quote, escape, skip + _titles(body, delimiter, quote, escape))


def explained(lines: Sequence[str]) -> int:
    """How many lines above the header explain a template; a spreadsheet may have put them in quotes."""
    if not lines or not lines[0].lstrip('"').startswith(TEMPLATE):
        return 0
    return next((place for place, line in enumerate(lines) if not line.lstrip('"').startswith("#")), len(lines))


def _quoting(sample: str) -> tuple[str, str]:
    singles = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n])", sample, re.MULTILINE))
    quote = "'" if '"' not in sample and singles > 2 else '"'
    broken = len(re.findall(rf"\\{quote}(?![,;\t|\r\n{quote}]|$)", sample))
    doubled = len(re.findall(f"(?<![,;\t|\n{quote}]){quote}{quote}(?![,;\t|\n{quote}])", sample))
    return quote, "\\" if broken > doubled else quote


def rows_of(text: str, delimiter: str, quote: str = '"', escape: str = '"') -> list[list[str]]:
    """Cells of the first lines, forgiving: for looking, not for loading."""
    same = escape == quote
    reader = csv.reader(
        io.StringIO(text),
        delimiter=delimiter,
        quotechar=quote,
        doublequote=same,
        escapechar=None if same else escape,
    )
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # what was read before a broken line still tells
        rows.extend(reader)
    return rows


def _widths(body: str, delimiter: str, quote: str, escape: str) -> list[int]:
    return [len(row) for row in rows_of(body, delimiter, quote, escape) if row]


def _usual(widths: list[int]) -> tuple[int, int]:
    """The commonest width (the wider of equals), and how often it stands."""
    return max(Counter(widths).items(), key=lambda item: (item[1], item[0]))


def _agreement(body: str, delimiter: str, quote: str, escape: str) -> float:
    widths = _widths(body, delimiter, quote, escape)
    if not widths or max(widths) < 2:
        return 0.0
    width, times = _usual(widths)
    if width < 2:
        return 0.0
    header = 1.0 if width in widths[:1] else 0.4 if widths[0] > 1 else 0.1
    return times / len(widths) * header + min(width, 50) / 10_000


def _titles(body: str, delimiter: str, quote: str, escape: str) -> int:
    """How many lines above the header hold at most one cell, where the table is at least three wide."""
    widths = _widths(body, delimiter, quote, escape)
    usual = _usual(widths)[0] if widths else 1
    for above, line in enumerate(body.split("\n")):
        cells = (rows_of(line, delimiter, quote, escape) or [[]])[0]
        filled = sum(bool(cell.strip()) for cell in cells)
        if filled > 1 or (filled == 1 and usual < 3):
            return above
    return 0
