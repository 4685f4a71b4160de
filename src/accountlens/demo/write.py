"""One file per entity, as CSV or Parquet, written chunk by chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from accountlens.demo.dirt import Fault, spoiled
from accountlens.demo.scale import Scale

FileFormat = Literal["csv", "parquet"]


@dataclass
class Writer:
    """Writes entities into a folder and counts their rows, planted faults included."""

    folder: Path
    file_format: FileFormat
    scale: Scale
    rows: dict[str, int] = field(default_factory=dict)
    faults: Counter[Fault] = field(default_factory=Counter)

    def write(self, entity: str, table: pa.Table) -> None:
        self.stream(entity, [table])

    def stream(self, entity: str, chunks: Iterable[pa.Table]) -> None:
        """Write the chunks one after the other; there is at least one."""
        path = self.folder / f"{entity}.{self.file_format}"
        count = self._parquet(path, chunks) if self.file_format == "parquet" else self._csv(entity, path, chunks)
        self.rows[entity] = count

    def _parquet(self, path: Path, chunks: Iterable[pa.Table]) -> int:
        count, writer = 0, None
        try:
            for chunk in chunks:
                writer = writer or pq.ParquetWriter(path, chunk.schema, compression="zstd")
                writer.write_table(chunk)
                count += len(chunk)
        finally:
            if writer:
                writer.close()
        return count

    def _csv(self, entity: str, path: Path, chunks: Iterable[pa.Table]) -> int:
        """Older versions stand before the good rows, so that the good ones win; other faults after them."""
        good, faulty, last = 0, 0, None
        with path.open("wb") as file:
            for chunk in chunks:
                if last is None:
                    _append(file, chunk.slice(0, 0), header=True)
                    faulty += self._spoil(file, entity, chunk, len(chunk), first=True)
                _append(file, chunk)
                good += len(chunk)
                last = chunk if last is None or len(chunk) else last
            if last is not None:
                faulty += self._spoil(file, entity, last, good, first=False)
        return good + faulty

    def _spoil(self, file: BinaryIO, entity: str, good: pa.Table, good_rows: int, first: bool) -> int:
        """Append the faults planted into an entity, and remember them."""
        made = spoiled(entity, good, good_rows, first, self.scale.stream("dirt", entity, first))
        self.faults.update(fault for fault, _ in made)
        texts = pa.schema([(name, pa.string()) for name in good.column_names])
        _append(file, pa.Table.from_pylist([row for _, row in made], texts))
        return len(made)


def _append(file: BinaryIO, table: pa.Table, header: bool = False) -> None:
    pacsv.write_csv(table, file, pacsv.WriteOptions(include_header=header))
