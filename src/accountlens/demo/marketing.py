"""Marketing in one month: mail, visits of the website, advertisements, webinars and other events."""

from __future__ import annotations

import numpy as np

from accountlens.demo.clock import to_workday, utc
from accountlens.demo.draw import choose
from accountlens.demo.moment import Moment
from accountlens.demo.money import (
    ADS,
    CONTENT,
    DINNERS,
    FAIR,
    LETTERS,
    NEWSLETTER,
    SEARCH,
    SOCIAL,
    WEBINAR,
)
from accountlens.demo.rows import (
    CHANNEL,
    INBOUND,
    KIND,
    NUMBERS_PER_MONTH,
    OUTBOUND,
    STATUS,
    Rows,
    joined,
    rows,
    taken,
)
from accountlens.demo.scale import Array

MAILS_PER_CONTACT = 0.20
OPENED, OPENED_AGAIN, CLICKED_OF_OPENED, REPLIED_OF_OPENED = 0.25, 0.18, 0.13, 0.012
BOUNCED, HARD_OF_BOUNCED, MACHINE_OPENED, MACHINE_CLICKED, UNSUBSCRIBED = 0.024, 0.35, 0.15, 0.01, 0.002
ROWS_PER_MAIL = 2.47
PAGES_PER_SESSION = 3.2
ROWS_PER_SESSION = 3.33
ROWS_PER_IMPRESSION = 1.03
ROWS_PER_REGISTRATION = 1.55

CAMPAIGN_CHANNEL = np.array(
    [CHANNEL[c] for c in ("email", "webinar", "event", "paid_social", "paid_search", "content")]
)


def _willing(moment: Moment) -> Array:
    """What all marketing answers have in common: interest, season, and what cooling leaves of it."""
    stage = moment.stage
    lively = stage.interest * moment.of(stage.climate.warmth) * moment.of(stage.climate.known)
    lively = lively * np.where(stage.pursuit > 0, 1.0, 0.2)
    return lively * np.where(moment.of(stage.climate.former), 0.35, 1.0)


def mail_rate(moment: Moment) -> Array:
    climate = moment.stage.climate
    keen = np.where(moment.of(climate.program), 1.6, 1.0) * np.where(moment.of(climate.former), 0.5, 1.0)
    return np.asarray(MAILS_PER_CONTACT * moment.known * keen * (moment.stage.pursuit > 0))


def mails(moment: Moment) -> Rows:
    """Each mail is sent, delivered or bounced, perhaps opened by a person or a machine, clicked, answered."""
    rng, stage = moment.rng, moment.stage
    account = moment.draw(mail_rate(moment))
    n = len(account)
    kind = np.array([NEWSLETTER, WEBINAR, CONTENT])[choose(rng, (66, 18, 16), n)]
    campaign = stage.campaigns.regular(kind, moment.month)
    focused = moment.of(stage.climate.program)[account] & (rng.random(n) < 0.45)
    campaign = np.where(focused, stage.campaigns.focused(LETTERS, moment.month), campaign)
    sent = rows(
        moment.at_work(account, 0.0),
        kind=KIND["email_sent"],
        account=account,
        contact=moment.contact(account, 1.0),
        direction=OUTBOUND,
        channel=CHANNEL["email"],
        campaign=campaign,
        message=moment.month * NUMBERS_PER_MONTH + np.arange(n),
        automated=True,
    )
    bounced = rng.random(n) < BOUNCED
    fate = np.where(rng.random(n) < HARD_OF_BOUNCED, STATUS["hard"], STATUS["soft"])
    bounces = _after(sent, bounced, "email_bounced", rng.integers(2, 90, n), INBOUND) | {"status": fate[bounced]}
    delivered = _after(sent, ~bounced, "email_delivered", rng.integers(1, 30, n), OUTBOUND)
    return joined([sent, bounces, delivered, *_reactions(moment, delivered)])


def _reactions(moment: Moment, delivered: Rows) -> list[Rows]:
    """What people and their mail filters do with a mail they got."""
    rng, n = moment.rng, len(delivered["at"])
    keen = np.clip(_willing(moment) * (1 + 0.35 * moment.of(moment.stage.market)), 0.1, 2.4)[delivered["account"]]
    opened = rng.random(n) < OPENED * keen**0.7
    wait = np.floor(3600 * rng.gamma(0.7, 12, n)).astype(np.int64) + 40
    again = opened & (rng.random(n) < OPENED_AGAIN)
    clicked = opened & (rng.random(n) < CLICKED_OF_OPENED)
    replied = opened & (rng.random(n) < REPLIED_OF_OPENED)
    machine = rng.integers(3, 25, n)
    human = {"automated": False}
    parts = [
        _after(delivered, opened, "email_opened", wait, INBOUND),
        _after(delivered, again, "email_opened", wait + rng.integers(600, 200_000, n), INBOUND),
        _after(delivered, clicked, "email_clicked", wait + rng.integers(5, 400, n), INBOUND),
        _after(delivered, replied, "email_replied", wait + rng.integers(900, 90_000, n), INBOUND),
        _after(delivered, rng.random(n) < UNSUBSCRIBED, "unsubscribed", wait, INBOUND),
    ]
    parts = [part | {name: np.full(len(part["at"]), value) for name, value in human.items()} for part in parts]
    for share, kind in ((MACHINE_OPENED, "email_opened"), (MACHINE_CLICKED, "email_clicked")):
        part = _after(delivered, rng.random(n) < share, kind, machine, INBOUND)
        parts.append(part | {"bot": np.ones(len(part["at"]), dtype=bool)})
    return parts


def _after(source: Rows, which: Array, kind: str, seconds: Array, direction: int) -> Rows:
    """The chosen rows again, as another kind some seconds later."""
    part = taken(source, np.flatnonzero(which))
    n = len(part["at"])
    return part | {
        "at": part["at"] + seconds[which],
        "kind": np.full(n, KIND[kind]),
        "direction": np.full(n, direction),
    }


def session_rate(moment: Moment) -> Array:
    climate = moment.stage.climate
    base = np.where(moment.of(climate.customer), 0.75, 0.34) * np.where(moment.of(climate.program), 1.35, 1.0)
    near = 1 + 1.5 * moment.of(moment.stage.market)
    return np.asarray(base * _willing(moment) * climate.season[moment.month] * near)


def sessions(moment: Moment) -> Rows:
    """Visits of the website, half of them by people we know, a few by machines; some end with a download."""
    rng, stage = moment.rng, moment.stage
    account = moment.draw(session_rate(moment))
    n = len(account)
    paid = np.array([SEARCH, SOCIAL, CONTENT])[rng.integers(0, 3, n)]
    by_campaign = rng.random(n) < 0.22
    start = rows(
        moment.at_work(account, 0.5),
        kind=KIND["page_view"],
        account=np.where(rng.random(n) < 0.004, -1, account),
        contact=np.where(rng.random(n) < 0.5, moment.contact(account), -1),
        direction=INBOUND,
        channel=np.where(by_campaign, CAMPAIGN_CHANNEL[paid], CHANNEL["website"]),
        campaign=np.where(by_campaign, stage.campaigns.regular(paid, moment.month), -1),
        session=moment.month * NUMBERS_PER_MONTH + np.arange(n),
        bot=rng.random(n) < 0.03,
    )
    pages = taken(start, np.repeat(np.arange(n), 1 + rng.poisson(PAGES_PER_SESSION - 1, n)))
    repeated = np.concatenate([[False], pages["session"][1:] == pages["session"][:-1]]) if n else np.zeros(0, bool)
    steps = np.where(repeated, rng.integers(8, 240, len(repeated)), 0)
    first = np.maximum.accumulate(np.where(repeated, 0, np.arange(len(steps)))) if n else steps
    run = np.cumsum(steps)
    pages["at"] = pages["at"] + (run - run[first] if n else steps)
    human = ~start["bot"]
    extra = [
        _after(start, human & (rng.random(n) < share), kind, rng.integers(60, 900, n), INBOUND)
        for kind, share in (("content_downloaded", 0.07), ("form_submitted", 0.035), ("chat", 0.025))
    ]
    return joined([pages, *extra])


def impression_rate(moment: Moment) -> Array:
    climate = moment.stage.climate
    reach = np.where(moment.of(climate.program), 4.0, 0.75) * moment.of(climate.known)
    reach = reach * (moment.stage.pursuit > 0)
    return reach * (1 + 0.4 * moment.of(moment.stage.market))


def impressions(moment: Moment) -> Rows:
    """Advertisements seen at the account, by nobody in particular; few are clicked."""
    rng, stage = moment.rng, moment.stage
    account = moment.draw(impression_rate(moment))
    n = len(account)
    paid = np.where(rng.random(n) < 0.6, SOCIAL, SEARCH)
    focused = moment.of(stage.climate.program)[account] & (rng.random(n) < 0.8)
    campaign = np.where(
        focused, stage.campaigns.focused(ADS, moment.month), stage.campaigns.regular(paid, moment.month)
    )
    seen = rows(
        moment.at_work(account, 0.6),
        kind=KIND["ad_impression"],
        account=account,
        direction=OUTBOUND,
        channel=np.where(focused, CHANNEL["paid_social"], CAMPAIGN_CHANNEL[paid]),
        campaign=campaign,
        automated=True,
    )
    clicked = _after(seen, rng.random(n) < 0.03, "ad_clicked", rng.integers(2, 60, n), INBOUND)
    clicked["automated"] = np.zeros(len(clicked["at"]), dtype=bool)
    return joined([seen, clicked])


def liking_rate(moment: Moment) -> Array:
    lift = 1 + 1.2 * moment.of(moment.stage.climate.program) + 0.8 * moment.of(moment.stage.market)
    return np.asarray(0.16 * _willing(moment) * lift * moment.stage.climate.season[moment.month])


def likings(moment: Moment) -> Rows:
    """Reactions to posts by people we know."""
    account = moment.draw(liking_rate(moment))
    return rows(
        moment.at_work(account, 0.3),
        kind=KIND["social_interaction"],
        account=account,
        contact=moment.contact(account),
        direction=INBOUND,
        channel=CHANNEL["linkedin"],
        campaign=moment.stage.campaigns.regular(SOCIAL, moment.month),
    )


def registration_rate(moment: Moment) -> Array:
    lift = 1 + 1.3 * moment.of(moment.stage.market) + 2.2 * moment.of(moment.stage.climate.program)
    return np.asarray(0.07 * _willing(moment) * lift * moment.stage.climate.season[moment.month])


def registrations(moment: Moment) -> Rows:
    """A webinar each month, a fair each quarter, dinners of the program; most who register come."""
    rng, stage = moment.rng, moment.stage
    account = moment.draw(registration_rate(moment))
    n = len(account)
    kind = np.where((rng.random(n) < 0.35) & (moment.month % 3 == 1), FAIR, WEBINAR)
    focused = moment.of(stage.climate.program)[account] & (rng.random(n) < 0.6)
    campaign = np.where(
        focused, stage.campaigns.focused(DINNERS, moment.month), stage.campaigns.regular(kind, moment.month)
    )
    channel = np.where(focused, CHANNEL["event"], CAMPAIGN_CHANNEL[kind])
    opening = (stage.scale.first_month + moment.month).astype("M8[D]") + np.where(
        focused, 22, np.where(kind == FAIR, 12, 16)
    )
    day = to_workday(rng, opening)
    registered = rows(
        utc(day - rng.integers(1, 19, n), 480 + 600 * rng.random(n)),
        kind=KIND["event_registered"],
        account=account,
        contact=moment.contact(account),
        direction=INBOUND,
        channel=channel,
        campaign=campaign,
        status=STATUS["registered"],
    )
    came = rng.random(n) < 0.56
    attended = taken(registered, np.flatnonzero(came))
    size = len(attended["at"])
    attended["at"] = utc(day[came], np.where(focused[came], 1140, 870) + rng.integers(0, 15, size))
    attended |= {"kind": np.full(size, KIND["event_attended"]), "status": np.full(size, STATUS["attended"])}
    return joined([registered, attended])
