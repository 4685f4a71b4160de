"""Standing figures on disk: a folder beside the tables for one snapshot, made whole before anybody sees it.

Arrow files, one for each table of figures, read by memory map: only the pages somebody asks for are ever loaded.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
FORMAT = 1  # figures of another one are not read, but made anew by the next refresh
MANIFEST, MADE = "manifest.json", "made.json"
NARROW = (np.uint8, np.uint16, np.int32)  # what whole numbers are kept in


class FiguresWriter:
    """Writes into a scratch folder, and puts that in its place at the end."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)

    def write(self, name: str, columns: Mapping[str, Column]) -> None:
        """Columns of numbers of equal length; NaN is unknown."""
        import pyarrow as pa

        arrays = [_arrow(narrowed(column)) for column in columns.values()]
        self._put(name, pa.record_batch(arrays, names=list(columns)))

    def write_texts(self, name: str, texts: Sequence[str]) -> None:
        import pyarrow as pa

        self._put(name, pa.record_batch([pa.array(list(texts), pa.string())], names=["text"]))

    def _put(self, name: str, batch: Any) -> None:
        import pyarrow as pa

        path = self.scratch / f"{name}.arrow"
        path.parent.mkdir(parents=True, exist_ok=True)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
            writer.write_batch(batch)

    def finish(
        self, place: Path, manifest: Mapping[str, Any], made: Mapping[str, Any], beside: Collection[str] = ()
    ) -> None:
        """Make the folder the one at `place`; whatever else stands there goes, but those named to be `beside` it.

        The `manifest` is for whoever serves the figures, `made` for whoever makes the next ones.
        """
        for name, told in ((MANIFEST, manifest), (MADE, made)):
            (self.scratch / name).write_text(json.dumps({"format": FORMAT, **told}), encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        self.scratch.replace(place)
        for other in place.parent.iterdir():
            if other != place and other.name not in beside:
                shutil.rmtree(other, ignore_errors=True)


def forget_figures(folder: Path) -> None:
    """Remove all that stand ready."""
    shutil.rmtree(folder, ignore_errors=True)


class FiguresReader:
    """Reads what a writer finished. Tables are opened once and stay mapped, also when their files are deleted."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._opened: dict[str, Mapping[str, Column]] = {}

    @cached_property
    def manifest(self) -> Mapping[str, Any] | None:
        """What was said of the figures; None where there are none, or of a form this version does not know."""
        return self._told(MANIFEST)

    @property
    def made(self) -> Mapping[str, Any] | None:
        """What was said of how they were made; None as above."""
        return self._told(MADE)

    def _told(self, name: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = json.loads((self.place / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if found.get("format") == FORMAT else None

    def table(self, name: str) -> Mapping[str, Column]:
        """The columns of a table of figures, as they are kept: views of the file."""
        if name not in self._opened:
            batch = self._read(name)
            self._opened[name] = {
                field.name: np.frombuffer(column.buffers()[1] or b"", field.type.to_pandas_dtype())[: batch.num_rows]
                for field, column in zip(batch.schema, batch.columns, strict=True)
            }
        return self._opened[name]

    def texts(self, name: str) -> npt.NDArray[np.object_]:
        return np.array(self._read(name).column(0).to_pylist(), dtype=object)

    def _read(self, name: str) -> Any:
        import pyarrow as pa

        return pa.ipc.open_file(pa.memory_map(str(self.place / f"{name}.arrow"))).get_batch(0)


def narrowed(column: Column) -> Column:
    """The same numbers in the smallest type that holds each of them exactly."""
    if not len(column):
        return column.astype(np.uint8)
    if column.dtype.kind != "f" or (np.isfinite(column).all() and (column == np.floor(column)).all()):
        low, high = column.min(), column.max()
        for kind in NARROW:
            if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
                return column.astype(kind)
    with np.errstate(over="ignore"):
        single = column.astype(np.float32)
    return single if np.array_equal(single, column, equal_nan=True) else column.astype(np.float64)


def _arrow(column: Column) -> Any:
    """Without Arrow's own way out of NumPy, which loads pandas where that is installed."""
    import pyarrow as pa

    whole = np.ascontiguousarray(column)
    return pa.Array.from_buffers(pa.from_numpy_dtype(whole.dtype), len(whole), [None, pa.py_buffer(whole)])
