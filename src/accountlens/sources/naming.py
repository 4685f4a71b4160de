"""Names of tables and columns: how a file's name and header become names in SQL."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

OWN_COLUMNS = ("_row", "_file")  # added to every landed table

# A trailing date, quarter, part number or padded counter: activities-2024-01, leads_part3, export_0001.
_DATED = re.compile(
    r"""[-_.\s]+(?:
        (?:19|20)\d\d (?: [-_.]? (?:0[1-9]|1[0-2]) (?: [-_.]? (?:0[1-9]|[12]\d|3[01]) )? )?
      | (?:19|20)\d\d [-_.]? q[1-4] | q[1-4] [-_.]? (?:19|20)\d\d
      | (?:part|chunk) [-_.\s]? \d+
      | 0\d\d+
    )$""",
    re.VERBOSE | re.IGNORECASE,
)


@lru_cache(maxsize=10_000)
def snake_case(text: str) -> str:
    """`SalesPersonQuota` and `Sales person (quota)` become `sales_person_quota`; accents are dropped."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("ß", "ss")
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    return re.sub(r"\W+|_+", "_", plain).strip("_").lower()


def table_name(stem: str) -> str:
    """The table of a file, by its whole stem; a name that starts with a digit gets `t_` in front."""
    name = snake_case(stem) or "table"
    return f"t_{name}" if name[0].isdigit() else name


def undated(stem: str) -> str:
    """The stem without trailing dates and part numbers: `activities-2024-01` becomes `activities`."""
    while (shorter := _DATED.sub("", stem)) != stem and re.search(r"[^\W\d_]", shorter):
        stem = shorter
    return stem


def column_names(header: Iterable[str | None]) -> tuple[list[str], list[str]]:
    """Names as in the file: blanks are numbered, repeated names get `_2`. Says what was changed."""
    names: list[str] = []
    taken = {name.lower() for name in OWN_COLUMNS}
    notes: list[str] = []
    for place, cell in enumerate(header, start=1):
        given = re.sub(r"\s+", " ", (cell or "").replace("\x00", "")).strip()
        base = given or f"column_{place}"
        name, count = base, 1
        while name.lower() in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name.lower())
        if not given:
            notes.append(f"column {place} has no name in the header; it is called {name}")
        elif name != base:
            notes.append(f"the column name '{base}' is taken; column {place} is called {name}")
        names.append(name)
    return names, notes


def told(error: Exception, path: Path) -> str:
    """The first line of a message, with the file's name in place of its whole path."""
    line = str(error).partition("\n")[0].replace(str(path.resolve()), path.name).replace(str(path), path.name)
    return line.strip().rstrip(".") + "."


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
