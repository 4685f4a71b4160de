"""Values that need work: words of a vocabulary, dates and numbers in other forms, misspelt names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from accountlens.language.tables import Column, Entity
from accountlens.sources.naming import literal
from accountlens.sources.proposal.detect import number_reading, time_reading
from accountlens.sources.proposal.knowledge import knowledge, tidy
from accountlens.sources.proposal.match import Pick
from accountlens.sources.proposal.profile import ColumnProfile

FRACTIONS = {"probability", "discount"}  # 0 to 1; written as percent by many


def ref(column: str) -> str:
    """A column of the mapped table, to be qualified when the SQL is written."""
    return f"«{column}»"


def reworked(pick: Pick, column: ColumnProfile, target: Column, entity: Entity) -> Pick:
    """The pick with the SQL its values need, if they need any."""
    if pick.sql is not None or column.filled == 0:
        return pick
    if target.type in ("time", "date") and not column.type.startswith(("TIMESTAMP", "DATE")):
        return _read(pick, time_reading(column.values), "written in another form")
    if target.type in ("number", "money", "integer"):
        return _number(pick, column, target, entity)
    if target.type == "text":
        return _text(pick, column, f"{entity.name}.{target.name}", target)
    return pick


def _read(pick: Pick, reading: object, why: str) -> Pick:
    sql, doubt = getattr(reading, "sql", None), getattr(reading, "doubt", None)
    if sql is None:
        return pick
    return replace(
        pick, sql=sql.replace("{}", ref(pick.column or "")), why=f"{pick.why}; {why}", doubt=doubt or pick.doubt
    )


def _number(pick: Pick, column: ColumnProfile, target: Column, entity: Entity) -> Pick:
    pick = _read(pick, None if column.is_a("number", 0.99) else number_reading(column.values), "written with signs")
    numbers = sorted(_numbers(column))
    if target.name in FRACTIONS and numbers and numbers[-1] > 1 and pick.sql is None:
        sql = f"CAST({ref(column.name)} AS DOUBLE) / 100"
        return replace(pick, sql=sql, why=f"{pick.why}; percent made a fraction")
    size = knowledge().sizes.get(f"{entity.name}.{target.name}")
    if size and numbers and numbers[len(numbers) // 2] < size["usual"] / 20:
        doubt = f"{column.name} has values from {numbers[0]:g} to {numbers[-1]:g}, {size['ask']}"
        return replace(pick, doubt=doubt)
    return pick


def _numbers(column: ColumnProfile) -> list[float]:
    return [float(text) for text, _ in column.values if re.fullmatch(r"-?\d+(\.\d+)?", text)]


def _text(pick: Pick, column: ColumnProfile, place: str, target: Column) -> Pick:
    known = knowledge().vocabularies.get(place)
    if known is not None:
        return _words(pick, column, known, target)
    if right := _misspelt(column, knowledge().spelling.get(place, ())):
        cases = " ".join(f"WHEN {literal(wrong)} THEN {literal(name)}" for wrong, name in right.items())
        told = ", ".join(f"{wrong} → {name}" for wrong, name in right.items())
        sql = f"CASE {ref(column.name)} {cases} ELSE {ref(column.name)} END"
        return replace(pick, sql=sql, doubt=f"looks misspelt: {told}; repaired in the SQL")
    if column.type == "VARCHAR" and column.values and all(re.fullmatch(r"\d+\.0", text) for text, _ in column.values):
        sql = f"regexp_replace({ref(column.name)}, '\\.0$', '')"
        return replace(pick, sql=sql, why=f"{pick.why}; numbers that got a .0 on their way")
    return pick


def _words(pick: Pick, column: ColumnProfile, known: Mapping[str, str], target: Column) -> Pick:
    """A CASE that lists every word seen. Words nobody knows stay, and are told."""
    groups: dict[str, list[str]] = {}
    strangers: list[str] = []
    plain = True
    for text, count in column.values:
        ours = known.get(tidy(text))
        if ours is None:
            strangers.append(f"{text} ({count:,})")
            continue
        groups.setdefault(ours, []).append(text)
        plain &= re.sub(r"[ -]", "_", text.strip().lower()) == ours
    doubt = pick.doubt
    if strangers:
        closed = bool(target.values and target.required)
        fate = "rows with them would be quarantined" if closed else "they stay as they are"
        more = f" and {len(strangers) - 5} more" if len(strangers) > 5 else ""
        doubt = f"unknown words {', '.join(strangers[:5])}{more}: {fate}"
    if plain:
        return replace(pick, doubt=doubt)
    whens = "\n".join(f"WHEN {is_one_of(column.name, texts)} THEN {literal(ours)}" for ours, texts in groups.items())
    sql = f"CASE\n{whens}\nELSE {ref(column.name)}\nEND"
    return replace(pick, sql=sql, why=f"{pick.why}; its words translated", doubt=doubt)


def is_one_of(column: str, texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return f"{ref(column)} = {literal(texts[0])}"
    return f"{ref(column)} IN ({', '.join(map(literal, texts))})"


def _misspelt(column: ColumnProfile, names: tuple[str, ...]) -> dict[str, str]:
    """Values one or two letters away from a known name, where most others are known."""
    if not names or not column.few or not column.values:
        return {}
    lower = {name.casefold(): name for name in names}
    strangers = [text for text, _ in column.values if text.strip().casefold() not in lower]
    if len(strangers) > len(column.values) / 2:
        return {}
    found = {}
    for text in strangers:
        allowed = 1 if len(text) < 9 else 2
        best = process.extract(text.casefold(), list(lower), scorer=OSA.distance, score_cutoff=allowed, limit=2)
        if len(text) >= 6 and len(best) == 1:
            name = best[0][0]
            found[text] = name if text.islower() else lower[name]
    return found
