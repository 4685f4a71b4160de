"""Entity files: one canonical table each, what its columns are and what a row must keep to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from accountlens.catalog.document import Document
from accountlens.catalog.strict import Strict
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import Problem, suggest
from accountlens.language.tables import Column, ColumnType, Entity, Interval, OpenColumn, Scale

BUILT_IN = Path(__file__).with_name("entities")
TIMES = ("time", "date")


class ColumnFile(Strict):
    """One column: its type and what its values keep to."""

    type: ColumnType
    required: bool = Field(False, description="The column must be there.")
    values: list[str] = Field(default_factory=list, description="The vocabulary. Closed where `required`.")
    usual: list[str] = Field(default_factory=list, description="Open: others are kept, and reported.")
    references: str | None = Field(None, description="The entity whose key this column holds.")
    min: float | None = None
    max: float | None = None
    personal: bool | Literal["pseudonym"] = Field(
        False, description="Erased with the person; `pseudonym`: replaced, because people are told apart by it."
    )

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type != "text" and (self.values or self.usual or self.references):
            raise ValueError("only a text has values or references")
        if self.values and self.usual:
            raise ValueError("write values (closed) or usual (open), not both")
        if (self.min is not None or self.max is not None) and self.type not in ("number", "integer", "money"):
            raise ValueError("only a number has min or max")
        return self


class IntervalFile(Strict):
    """Two columns of which the second must not lie before the first."""

    start: str
    end: str

    def check(self) -> Interval:
        return Interval(self.start, self.end)

    def columns(self) -> tuple[str, ...]:
        return self.start, self.end


class ScaleFile(Strict):
    """A column whose values must lie on their scale."""

    value: str
    low: str = Field(description="The column that holds the lower end.")
    high: str = Field(description="The column that holds the upper end.")
    by: str = Field(description="The column that chooses the usual scale, where low and high are empty.")
    usual: dict[str, tuple[float, float]] = Field(default_factory=dict)

    def check(self) -> Interval:
        return Scale(self.low, self.high, self.value, self.by, dict(self.usual))

    def columns(self) -> tuple[str, ...]:
        return self.value, self.low, self.high, self.by


def _kind_of_check(data: Any) -> str:
    return "scale" if isinstance(data, dict) and "value" in data else "interval"


CheckFile = Annotated[
    Annotated[IntervalFile, Tag("interval")] | Annotated[ScaleFile, Tag("scale")],
    Discriminator(_kind_of_check),
]


class EntityFile(Strict):
    """`entities/<entity>.yaml`."""

    about: str
    key: list[str] = Field(default_factory=list, description="Left out: the whole row is the key.")
    label: str | None = Field(None, description="The column that names a row to a reader.")
    columns: dict[str, ColumnFile] = Field(min_length=1)
    checks: list[CheckFile] = Field(default_factory=list)
    converted_at: list[str] = Field(
        default_factory=list, description="Money is converted at the first of these that is known."
    )
    large: bool = Field(False, description="Where a warehouse has its rows, they stay there; without money and checks.")

    @model_validator(mode="after")
    def _can_stay(self) -> Self:
        money = any(column.type == "money" for column in self.columns.values())
        if self.large and (money or self.checks or "account_id" not in self.columns or "account_id" in self.key):
            raise ValueError("a large entity has an account_id beside its key, no money and no checks")
        return self

    def entity(self, name: str) -> Entity:
        columns = {column: _column(column, file) for column, file in self.columns.items()}
        checks, converted_at = tuple(file.check() for file in self.checks), tuple(self.converted_at)
        return Entity(name, self.about, tuple(self.key), columns, checks, converted_at, self.label, self.large)


def made_columns(entity: Entity) -> tuple[str, ...]:
    """Columns that a refresh makes beside those of the file; a source's own of that name are left out."""
    given = [f"{column.name}_given" for column in entity.columns.values() if column.type == "money"]
    if entity.name == "accounts":
        return (*given, "ultimate_parent_id", "tier_given")
    return (*given, "account_id_given") if "account_id" in entity.columns else tuple(given)


def load_entities(folders: Sequence[Path]) -> tuple[dict[str, Entity], list[Problem]]:
    """Every `*.yaml` of the folders; a later folder's file of the same name stands for the earlier one."""
    files: dict[str, tuple[Document, EntityFile]] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            document, found = read_yaml_file(path, f"entities/{path.name}")
            file, more = validate(document, EntityFile) if not found else (None, [])
            problems += [*found, *more]
            if file is not None:
                files[path.stem] = document, file
    for name, (document, file) in files.items():
        problems += _check_names(name, document, file, files)
    return {name: file.entity(name) for name, (_, file) in sorted(files.items())}, problems


def _column(name: str, file: ColumnFile) -> Column:
    values, limits = tuple(file.values), (file.references, file.min, file.max)
    if file.usual:
        usual = tuple(file.usual)
        return OpenColumn(name, file.type, file.required, values, *limits, file.personal, usual=usual)
    return Column(name, file.type, file.required, values, *limits, file.personal)


def _check_names(name: str, document: Document, file: EntityFile, known: Mapping[str, object]) -> Iterator[Problem]:
    """Names that the file uses: its own must be plain, those of columns and entities must be there."""
    for what, path, text in _names(name, file):
        if not _plain(text):
            yield document.problem(path, f"The {what} '{text}' must be lower-case letters, digits and _.")
    for path, column in _used(file):
        if column not in file.columns:
            hint = suggest(column, file.columns)
            yield document.problem(path, f"There is no column '{column}' in {name}.", hint)
    for column in file.converted_at:
        if column in file.columns and file.columns[column].type not in TIMES:
            yield document.problem(("converted_at",), f"'{column}' is no time.")
    for column, described in file.columns.items():
        target = described.references
        if target and target not in known:
            path = ("columns", column, "references")
            yield document.problem(path, f"There is no entity '{target}'.", suggest(target, known))


def _used(file: EntityFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from ((("key", place), column) for place, column in enumerate(file.key))
    yield from ((("converted_at", place), column) for place, column in enumerate(file.converted_at))
    yield from ((("checks", place), column) for place, check in enumerate(file.checks) for column in check.columns())
    if file.label:
        yield ("label",), file.label


def _names(name: str, file: EntityFile) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    yield "entity name", (), name
    for column in file.columns:
        yield "column name", ("columns", column), column


def _plain(text: str) -> bool:
    return text.isascii() and text.replace("_", "a").isalnum() and text.islower() and not text[0].isdigit()
