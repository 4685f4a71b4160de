"""A review, built: the questions of its pack asked, and what comes of them told in sentences, figures and charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accountlens.language.asked import parse_asked
from accountlens.pages.stand import Stand, stand
from accountlens.reports import alerted
from accountlens.reports import goals as aiming
from accountlens.reports.asked import ask_all
from accountlens.reports.audience import Whom, whom
from accountlens.reports.content import Cadence, Definition, Report, Section
from accountlens.reports.grounds import digest, grounds
from accountlens.reports.made import Made
from accountlens.reports.moved import who_moved
from accountlens.reports.packs import Pack, pack_of
from accountlens.reports.remarks import remarks
from accountlens.reports.sections import headline, section
from accountlens.reports.spans import Span, span_of
from accountlens.store.snapshots import utc_now
from accountlens.workspace.asking import Asking


def build(
    workspace: Asking,
    cadence: Cadence,
    audience: str = "company",
    period: str | None = None,
    *,
    snapshot: str | None = None,
    of: tuple[str, Pack] | None = None,
) -> Report:
    """The review of a cadence, as the workspace's reader sees it.

    Args:
        audience: `company`, or `team:`, `owner:`, `tier:`, `segment:`, `account:` and a name.
        period: one whole period of the cadence; the last one that is over where none is named.
        of: a pack with its name, where it is not the one for that cadence and audience.
    """
    here = stand(workspace, snapshot)
    about = whom(here, audience)
    name, pack = pack_of(cadence, about.audience, of)
    made = _made(here, pack, about, cadence, span_of(here, cadence, period))
    told = list(_sections(made))
    return Report(
        pack=name,
        title=pack.title,
        cadence=cadence,
        internal=pack.internal,
        leading=made.leading,
        headline=headline(made),
        sections=told,
        notes=remarks(here, about, made.span) if pack.internal else [],
        definitions=[_definition(here, kpi, pack) for kpi in made.told],
        left_out=list(dict.fromkeys(made.left_out)),
        **_whose(workspace, about),
        **_when(made.span),
        **_basis(here),
    )


def _made(here: Stand, pack: Pack, about: Whom, cadence: Cadence, span: Span) -> Made:
    aims = aiming.aims(here, about, span) if pack.internal else []
    left_out = list[str]()
    told = ask_all(here, pack, about, cadence, span, aiming.goals(aims, span), left_out)
    movers = who_moved(here, told.values() if pack.internal else (), about, span)
    return Made(here, pack, about, span, told, movers, aims, left_out)


def _sections(made: Made) -> Iterator[Section]:
    """Targets and alerts before those that its pack names."""
    yield from _known(aiming.section(made.aims, made.currency))
    if made.pack.internal:
        yield from _known(alerted.section(made.here, made.whom, made.span))
    for part in made.pack.sections:
        if not part.audiences or made.whom.audience in part.audiences:
            yield from _known(section(made, part))


def _known(found: Section | None) -> Iterator[Section]:
    if found is not None:
        yield found


def _whose(workspace: Asking, about: Whom) -> dict[str, Any]:
    """Whom it is about, and whose eyes it is made for."""
    return {
        "company": workspace.settings.name,
        "audience": about.audience,
        "subject": about.subject,
        "whom": about.name,
        "sees": _sees(workspace, about),
        "sight": _sight(workspace, about),
    }


def _when(span: Span) -> dict[str, Any]:
    piece = span.piece
    days = {"start": piece.period.start, "end": piece.period.end, "partial": piece.partial}
    return {"period": span.text, "period_name": span.name, "before_name": span.before, **days}


def _basis(here: Stand) -> dict[str, Any]:
    """The snapshot it stands on."""
    house = here.opened.house
    return {
        "currency": house.currency,
        "time_zone": house.time_zone,
        "snapshot": here.opened.snapshot.id,
        "as_of": here.now,
        "fresh_as_of": here.opened.backdrop.fresh_as_of,
        "made_at": utc_now(),
        "grounds": grounds(here),
    }


def _definition(here: Stand, kpi: str, pack: Pack) -> Definition:
    asked = parse_asked(kpi)
    known, settled = here.ground.catalog.definition(asked.name), here.ground.catalog.kpi(asked)
    asks = pack.means.get(asked.name, known.asks)
    return Definition(kpi, known.label, asks, settled.formula_text, settled.unit, digest(here, kpi))


def _sees(workspace: Asking, about: Whom) -> list[str] | None:
    """The accounts that whoever reads it must see; None: all."""
    if about.audience == "account" and about.subject is not None:
        return [about.subject]
    return None if workspace.seen is None else sorted(workspace.seen)


def _sight(workspace: Asking, about: Whom) -> str:
    if workspace.seen is None or about.audience == "account":
        return ""
    count = len(workspace.seen)
    return f"Made of the {count:,} account{'' if count == 1 else 's'} that its reader sees, not of all."
