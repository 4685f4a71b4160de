"""A CSV file, written whole beside the one that stands there and put in its place."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from accountlens.engine.exports import safe_cell
from accountlens.errors import AccountlensError
from accountlens.push.pushed import Difference, told
from accountlens.push.rows import Rows


@dataclass(frozen=True)
class CsvFile:
    path: Path
    shown: str
    where: str

    def there(self) -> bool:
        if self.path.suffix.lower() != ".csv":
            mend = "Write FILE.csv, or URL#table, such as postgresql://${USER}:${PASSWORD}@host/base#account_scores."
            raise AccountlensError(f"'{self.shown}' is no target.", self.where, mend)
        if self.path.is_dir() or not self.path.parent.is_dir():
            what = "It is a folder" if self.path.is_dir() else f"There is no folder {self.path.parent}"
            raise AccountlensError(
                f"{what}, so {self.shown} cannot be written.", self.where, "Make it, or name another."
            )
        return self.path.exists()

    def write(self, rows: Rows, difference: Difference) -> None:
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            with beside.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow([rows.key, *rows.columns])
                for key, row in sorted(rows.by_key.items()):
                    writer.writerow([safe_cell(key), *("" if one is None else safe_cell(one) for one in told(row))])
            beside.replace(self.path)
        except OSError as error:
            raise AccountlensError(f"{self.shown} cannot be written: {error.strerror}.", self.where) from None
        finally:
            beside.unlink(missing_ok=True)
