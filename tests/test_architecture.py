"""The house stands: imports go down only, without circles, and each module says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src"
MODULES = sorted((SOURCE / "accountlens").rglob("*.py"))

# From the ground up. A module may import from floors below its own and from its own package;
# packages that share a floor do not see each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "cache", "once"),
    ("language", "demo", "repeating"),
    ("warehouses",),  # the macros, which definitions are checked with
    ("catalog",),
    ("engine", "store"),
    ("sources", "accounts", "models", "standing"),
    ("refresh", "quality", "lists", "snapshot_diff", "erasing", "retry", "open_snapshot", "people", "backups"),
    ("matches", "targets", "leading", "certify"),
    ("workspace",),
    ("boards", "pages", "pacing"),
    ("alerts",),
    ("reports", "push"),
    ("choosing",),
    ("delivery",),
    ("kpi_uses",),
    ("surfaces",),
)
DOORS = ("", "__main__")  # the package itself and `python -m accountlens` only lead to what stands above
ALONE = {"demo": {"errors"}}  # a generator of files: it may know nothing else of the product


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """The part of the house a module lives in: `accountlens.engine.plan` → `engine`."""
    return (*module.split("."), "")[1]


def floor(name: str) -> int:
    for height, names in enumerate(FLOORS):
        if name in names:
            return height
    raise LookupError(f"'{name}' has no floor: add it to FLOORS, where its imports allow")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every accountlens module a file imports, and whether that happens when it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {id(inner) for node in ast.walk(tree) if is_late(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [submodule(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        yield from ((name, id(node) not in late) for name in names if name.split(".")[0] == "accountlens")


def is_late(node: ast.AST) -> bool:
    """Inside a function, or for the type checker alone."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
        return node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def submodule(package: str, name: str) -> str:
    """`from accountlens.engine import plan` names the module `accountlens.engine.plan`, if it is one."""
    inner = SOURCE.joinpath(*package.split("."), name)
    return f"{package}.{name}" if inner.with_suffix(".py").exists() or inner.is_dir() else package


def forbidden(importer: str, imported: str) -> bool:
    if importer == imported or importer in DOORS:
        return False
    if importer in ALONE:
        return imported not in ALONE[importer]
    if imported == "":  # the package itself holds the version and the front door
        return floor(importer) < floor("surfaces")
    return floor(imported) >= floor(importer)


def test_imports_go_down_only() -> None:
    wrong = [
        f"{module_name(path)} imports {imported}"
        for path in MODULES
        for imported, _ in imports(path)
        if forbidden(room(module_name(path)), room(imported))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module_name(path): {imported for imported, at_load in imports(path) if at_load} for path in MODULES}
    done: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail[trail.index(module) :], module))
        if module not in done:
            for imported in graph.get(module, ()):
                walk(imported, (*trail, module))
            done.add(module)

    for module in graph:
        walk(module, ())


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_every_module_opens_by_saying_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py" and not text.strip():
        return  # an empty package marker has nothing to say
    docstring = ast.get_docstring(ast.parse(text)) or ""
    first = docstring.partition("\n")[0]
    assert len(first) >= 15, f"{path.name} opens with {first!r}"
    assert first.endswith((".", "!", "?")), f"the first line is not a sentence: {first!r}"


def test_floors_would_catch_an_import_that_goes_up() -> None:
    assert forbidden("catalog", "engine")
    assert forbidden("engine", "store"), "neighbours do not see each other"
    assert forbidden("demo", "language")
    assert not forbidden("surfaces", "workspace")
