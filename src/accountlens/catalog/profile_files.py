"""The built-in profiles: `catalog/profiles/*.yaml`."""

from __future__ import annotations

from pathlib import Path

from accountlens.catalog.definition import DefinitionSet
from accountlens.catalog.settings import Profile
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import Problem


def load_profiles(folder: Path) -> tuple[dict[str, DefinitionSet], list[Problem]]:
    """By name, and what is wrong with them."""
    found, problems = {}, []
    for path in sorted(folder.glob("*.yaml")):
        document, faults = read_yaml_file(path, f"profiles/{path.name}")
        profile, misfits = validate(document, Profile)
        problems += [*faults, *misfits]
        if profile is not None:
            found[path.stem] = profile.plain()
    return found, problems
