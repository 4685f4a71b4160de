"""What a careful reader would say of the figures: how much, how much more, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from accountlens.language import numbers
from accountlens.pages.moves import KpiMoves, Mover
from accountlens.reports.content import Figure
from accountlens.reports.figures import Told, changes
from accountlens.reports.spans import Span

LEAST_BASE = 20  # below so many a change is not told in percent
WORDS = {" pts": " points", " h": " hours", " min": " minutes"}
PERIODS = {"week": "weeks", "month": "months", "quarter": "quarters", "year": "years"}
NAMED = 2  # accounts named each way
COMPONENTS = 4
NOBODY = {"(unmatched)": "rows of no account", "(unknown)": "rows of no account"}


def amount(value: float | None, unit: str, currency: str) -> str:
    """`38.6 %`, `1,711,707 EUR`, `12.3 points`; what is not known is said so."""
    if value is None:
        return "unknown"
    text = numbers.show(value, unit, currency)
    return next((text.removesuffix(short) + word for short, word in WORDS.items() if text.endswith(short)), text)


def signed(value: float, unit: str, currency: str) -> str:
    """A change: shares in percentage points. One too small for its unit's digits keeps two."""
    text = amount(value, unit, currency)
    if value and not any(sign in text for sign in "123456789"):
        number, read = numbers.readable(value, unit)
        text = text.replace(numbers.show(number, read, bare=True), f"{number * (100 if unit == 'fraction' else 1):.2g}")
    text = text.removesuffix(" %") + " points" if unit == "fraction" else text
    return text if value < 0 else f"+{text}"


def moved(figure: Figure, currency: str) -> str:
    """`up 3.6 % (59,626 EUR) from 1,652,080 EUR`, `down 4.1 percentage points from 42.7 %`."""
    change, before, unit = figure.change or 0.0, figure.before or 0.0, figure.unit
    way, base = "up" if change > 0 else "down", amount(before, unit, currency)
    if unit == "fraction":
        return f"{way} {amount(abs(change), unit, currency).removesuffix(' %')} percentage points from {base}"
    by = amount(abs(change), unit, currency)
    whole = unit in ("points", "ratio") or before <= 0 or (unit != "money" and before < LEAST_BASE)
    if whole:
        return f"{way} {by} from {base}"
    return f"{way} {numbers.show(abs(change) / before, 'fraction')} ({by}) from {base}"


def stands(told: Told, span: Span, currency: str) -> str:
    """The figure and its change, as one sentence."""
    figure, name = told.figure, _when(told, span, span.name + (" so far" if span.piece.partial else ""))
    if figure.value is None:
        known = figure.before is not None
        was = f" {_upper(_when(told, span, span.before))} it was {amount(figure.before, figure.unit, currency)}."
        return f"{figure.label}: not known {name}, for there is nothing to reckon it from.{was if known else ''}"
    verb = "came to" if told.how == "flow" else "stood at"
    opening = f"{figure.label} {verb} {amount(figure.value, figure.unit, currency)} {name}"
    if figure.before is None:
        return f"{opening}; {_when(told, span, span.before)} it was not known, so nothing can be said of a change."
    if told.first and figure.value:
        empty = f"in the {PERIODS[span.grain]} before there was nothing"
        return f"{opening}; {empty}, so it cannot be told whether it rose or the records begin here."
    if figure.verdict == "same":
        return f"{opening}, the same as {_when(told, span, span.before)}."
    return f"{opening}, {moved(figure, currency)} {_when(told, span, span.before)}."


def _when(told: Told, span: Span, name: str) -> str:
    """`in September 2026`, `at the end of Q3 2026`, `in the week of 21 to 27 September 2026`."""
    week = f"the week of {name}" if span.grain == "week" and not name.startswith("the") else name
    at_end = told.how == "stock" and not span.piece.partial
    return f"{'at the end of' if at_end else 'in'} {week}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def noise(told: Told, span: Span, currency: str) -> str:
    """Whether the change is more than chance, or than what is usual; empty where there is none."""
    figure = told.figure
    if figure.change is None or figure.verdict == "same" or told.first:
        return ""
    if figure.change_lower is not None and figure.change_upper is not None:
        low, high = (signed(one, figure.unit, currency) for one in (figure.change_lower, figure.change_upper))
        level = f"{100 * (figure.level or 0.95):g} % interval"
        if figure.verdict == "beyond":
            return f"That is more than chance would do: the change lies between {low} and {high} ({level})."
        return f"That is within chance: the change may be anything from {low} to {high}, so also none ({level})."
    before, each = changes(told.series), f"{span.grain} to {span.grain}"
    if figure.verdict == "unusual":
        return f"That is unusual: none of the {len(before)} changes from {each} before was as large."
    if figure.verdict == "usual":
        larger = sum(abs(one) >= abs(figure.change) for one in before)
        were = "was" if larger == 1 else "were"
        many = f"{larger} of the {len(before)} changes from {each} before {were}"
        return f"That is usual: {many} at least as large."
    return f"There are too few {PERIODS[span.grain]} before it to tell whether that is unusual."


def sample(figure: Figure) -> str:
    """A warning where few cases stand behind it."""
    if figure.value is None or "small_sample" not in figure.flags or figure.n is None:
        return ""
    return f"Only {numbers.count(int(figure.n), 'case')} stand{'s' if figure.n == 1 else ''} behind it."


def made_of(told: Told) -> str:
    """The measures behind a figure, now and before."""
    figure = told.figure
    both = {name: (then, figure.parts.get(name)) for name, then in told.parts_before.items()}
    found = [f"{name.rpartition('.')[2].replace('_', ' ')} {plain(now)} (before {plain(then)})"
             for name, (then, now) in both.items()
             if then is not None and now is not None and (now or then) and now != figure.value]  # fmt: skip
    return f"Behind it: {', '.join(found)}." if 1 <= len(found) <= 4 else ""


def plain(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:,.1f}"


def drivers(moves: KpiMoves, currency: str) -> str:
    """Which accounts moved it, and what all the others brought."""
    up, down = moves.up[:NAMED], moves.down[:NAMED]
    if not moves.change or not (up or down):
        return ""
    raised, lowered = (_named(side, moves.unit, currency) for side in (up, down))
    if moves.how == "own":
        return f"By themselves changed most: {'; '.join(one for one in (raised, lowered) if one)}. {moves.note}"
    told = [f"{word} most by {names}" for word, names in (("raised", raised), ("lowered", lowered)) if names]
    others, rest = moves.accounts - len(up) - len(down), ""
    if others > 0:
        brought = moves.change - sum(one.contribution for one in (*up, *down))
        rest = f"; {numbers.count(others, 'other account')} together brought {signed(brought, moves.unit, currency)}"
    return f"It was {' and '.join(told)}{rest}."


def _named(movers: Sequence[Mover], unit: str, currency: str) -> str:
    return _listed(f"{called(one)} ({signed(one.contribution, unit, currency)})" for one in movers)


def called(mover: Mover) -> str:
    return NOBODY.get(mover.account_id, mover.name or mover.account_id)


def components(changed: Mapping[str, float], unit: str, currency: str) -> str:
    """What a change is made of, the largest first."""
    found = sorted(((name, by) for name, by in changed.items() if by), key=lambda item: -abs(item[1]))
    if len(found) < 2:
        return ""
    shown = [f"{name.replace('_', ' ')} {signed(by, unit, currency)}" for name, by in found[:COMPONENTS]]
    if rest := found[COMPONENTS:]:
        shown.append(f"{len(rest)} more {signed(sum(by for _, by in rest), unit, currency)}")
    return f"The change is made of {_listed(shown)}."


def _listed(texts: Iterable[str]) -> str:
    found = list(texts)
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def overview(told: Iterable[Told]) -> str:
    """How many changes are more than noise, of those that can be told."""
    verdicts = [one.figure.verdict for one in told if one.figure.change is not None and not one.first]
    counts = {word: verdicts.count(word) for word in ("beyond", "within", "unusual", "usual", "untold", "same")}
    words = {
        "beyond": "changed by more than chance would do",
        "within": "changed within chance",
        "unusual": "changed more than in any period shown before",
        "usual": "changed as they usually do",
        "untold": "changed, with too few periods to judge by",
        "same": "did not change",
    }
    parts = [f"{counts[word]} {text}" for word, text in words.items() if counts[word]]
    if not parts:
        return "No KPI of this review can be set beside the period before."
    tested = counts["beyond"] + counts["within"]
    by_chance = ""
    if counts["beyond"]:
        by_chance = (
            f" Of {tested} with an interval, chance alone would move about {max(tested * 0.05, 0.1):.1g} that far."
        )
    opening = f"Of {numbers.count(len(verdicts), 'KPI')} that can be set beside the period before"
    return f"{opening}, {_listed(parts)}.{by_chance}"
