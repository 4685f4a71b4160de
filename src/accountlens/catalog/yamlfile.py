"""A YAML file as plain data, with the line of every key, so that each problem can name its place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from accountlens.catalog.document import Document, Path_
from accountlens.errors import Problem, suggest

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Model = TypeVar("Model", bound=BaseModel)


def read_yaml(text: str, file: str, first_line: int = 1) -> tuple[Document, list[Problem]]:
    """Parse `text`; `first_line` is where it starts inside its file (for headers in SQL comments)."""
    document, problems = _read(text, file, first_line)
    return document, [*problems]


@lru_cache(maxsize=512)  # one changed definition does not have all the others parsed again; nobody changes a document
def _read(text: str, file: str, first_line: int) -> tuple[Document, list[Problem]]:
    loader = Loader(text)
    problems: list[Problem] = []
    try:
        node = loader.get_single_node()
        lines: dict[Path_, int] = {(): first_line}
        if node is not None:
            _walk(node, (), lines, file, first_line, problems)
        data = loader.construct_document(node) if node is not None else None
        return Document(file, data, lines), problems
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + first_line
        what = getattr(error, "problem", None) or str(error)
        return Document(file, None), [Problem(file, line, f"This is not valid YAML: {what}.")]
    finally:
        loader.dispose()


def read_yaml_file(path: Path, shown: str | None = None) -> tuple[Document, list[Problem]]:
    shown = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return Document(shown, None), [Problem(shown, 1, f"The file is not UTF-8 text: {error.reason}.")]
    return read_yaml(text, shown)


def validate(document: Document, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Fit the data to a model; every misfit becomes a problem with its line."""
    try:
        return model.model_validate(document.data if document.data is not None else {}), []
    except ValidationError as error:
        return None, [_misfit(document, item, model) for item in error.errors()]


def _misfit(document: Document, item: Any, model: type[BaseModel]) -> Problem:
    path = tuple(item["loc"])
    shown = ".".join(str(part) for part in path if not str(part).startswith("function-"))
    if item["type"] == "extra_forbidden":
        known = list(model.model_fields) if len(path) == 1 else []
        return document.problem(path, f"Unknown key '{shown}'.", suggest(str(path[-1]), known))
    if item["type"] == "missing":
        return document.problem(path[:-1], f"The key '{shown}' is missing.")
    return document.problem(path, f"'{shown}': {item['msg'].removeprefix('Value error, ')}.")


def _walk(node: Any, path: Path_, lines: dict[Path_, int], file: str, first: int, out: list[Problem]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + first
            if name in seen:
                out.append(Problem(file, line, f"The key '{name}' stands twice in the same mapping."))
            seen.add(name)
            lines[(*path, name)] = line
            _walk(value, (*path, name), lines, file, first, out)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + first
            _walk(item, (*path, index), lines, file, first, out)
