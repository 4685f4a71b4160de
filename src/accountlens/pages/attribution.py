"""What channels and campaigns bring by every model of attribution side by side, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand, stand
from accountlens.workspace.asking import Asking

MODELS = ("first", "last", "linear", "u_shaped", "w_shaped", "full_path", "time_decay", "shapley", "markov")
OF_CHANNELS = ("markov",)  # models that know channels alone
BY = ("channel", "campaign_id", "program")


@dataclass(frozen=True)
class Source:
    """A channel, a campaign or a program. By model its credit, its share of all credit and its return on what it cost.

    `cost` is that of the period, None where none is known; `least` and `most` are the least and the greatest share that
    any model gives it.
    """

    id: str
    name: str | None
    credit: Mapping[str, float | None]
    share: Mapping[str, float | None]
    least: float | None
    most: float | None
    cost: float | None
    roi: Mapping[str, float | None]


@dataclass(frozen=True)
class Attribution:
    """`coverage` is the share of what was won that any campaign touched: models share out that, and nothing else."""

    by: str
    currency: str
    models: Sequence[str]
    sources: Sequence[Source]
    total: Mapping[str, float | None]
    cost: float | None
    coverage: float | None
    attributed: float | None
    unattributed: float | None
    needs: Sequence[Need]


def attribution(
    workspace: Asking, *, by: str = "channel", period: str = "last-4-quarters", where: str | None = None,
    snapshot: str | None = None,
) -> Attribution:  # fmt: skip
    """The KPIs of attribution and `roi` over the wins of a period; what has most credit by equal shares comes first.

    Args:
        by: channel, campaign_id or program; Markov's chain knows channels alone.
        where: a filter over dimensions that credits and costs share, such as channel = 'email'.
    """
    if by not in BY:
        raise AccountlensError(f"Credit is not told by '{by}' ({', '.join(BY)}).", mend=suggest(by, BY))
    here = stand(workspace, snapshot)
    here.span(period)
    needs = here.lacking("what campaigns bring", "activities", "opportunities", "campaigns")
    needs += here.lacking("what campaigns cost", "costs")
    models = [
        model for model in MODELS if here.can(f"attribution_{model}") and (by == "channel" or model not in OF_CHANNELS)
    ]
    currency = here.opened.house.currency
    if not models or not here.has("opportunities"):
        return Attribution(by, currency, [], [], {}, None, None, None, None, needs)
    credit = _credit(here, models, by, period, where)
    cost, returns = _returns(here, models, by, period, where)
    total = {model: credit[model].get("") for model in models}
    ids = {id for found in credit.values() for id in found if id} | {id for id in cost if id}
    names = _names(here, by, ids)
    sources = [_source(id, names.get(id), models, credit, total, cost, returns) for id in ids]
    first = "linear" if "linear" in models else models[0]
    sources.sort(key=lambda one: (-(one.credit[first] or 0), -(one.cost or 0), one.id))
    return Attribution(by, currency, models, sources, total, cost.get(""), *_coverage(here, period), needs)


Found = dict[str, dict[str, float | None]]  # model → id of the source, or '' of all together → figure


def _credit(here: Stand, models: Sequence[str], by: str, period: str, where: str | None) -> Found:
    found: Found = {model: {} for model in models}
    asked = [f"attribution_{model}" for model in models]
    for row in here.ask(asked, by=by, period=period, where=where).rows():
        found[row["kpi"].removeprefix("attribution_")][row["by"][by] or ""] = row["value"]
    return found


def _returns(
    here: Stand, models: Sequence[str], by: str, period: str, where: str | None
) -> tuple[dict[str, float | None], Found]:
    """What each source cost, and its return by each model; nothing where costs are not known or may not be seen."""
    found: Found = {model: {} for model in models}
    cost: dict[str, float | None] = {}
    if not here.can("roi") or not here.has("costs") or here.session.seen is not None:
        return cost, found
    asked = {f"roi(attribution={model})": model for model in models}
    rows = here.ask(list(asked), by=by, period=period, where=where).rows()
    for row in rows:
        id = row["by"][by] or ""
        found[_model(row)][id] = row["value"]
        cost[id] = row["parts"].get("cost") or cost.get(id)
    return cost, found


def _model(row: Mapping[str, Any]) -> str:
    """The model a row of `roi` was asked with; the default is not repeated in it."""
    return str(row.get("options", {}).get("attribution", "linear"))


def _source(
    id: str, name: str | None, models: Sequence[str], credit: Found, total: Mapping[str, float | None],
    cost: Mapping[str, float | None], returns: Found,
) -> Source:  # fmt: skip
    own = {model: credit[model].get(id) for model in models}
    share = {model: _ratio(own[model], total[model]) for model in models}
    known = [one for one in share.values() if one is not None]
    returned = {model: returns[model].get(id) for model in models}
    least, most = (min(known), max(known)) if known else (None, None)
    return Source(id, name, own, share, least, most, cost.get(id), returned)


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _names(here: Stand, by: str, ids: set[str]) -> Mapping[str, str]:
    labels = here.session.labels("campaigns") if by == "campaign_id" else {}
    return {id: labels[id] for id in ids if id in labels}


def _coverage(here: Stand, period: str) -> tuple[float | None, float | None, float | None]:
    """The share of what was won that campaigns touched, and both sides of it; of all accounts that may be seen."""
    (row,) = here.ask(["attribution_coverage"], period=period).rows()
    return row["value"], row["parts"].get("attributed"), row["parts"].get("unattributed")
