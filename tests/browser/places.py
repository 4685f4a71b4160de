"""Every page there is, by a name and its address; a new page is added here, and so is looked at in every way."""

from __future__ import annotations

PLACES = {
    "overview": "/",
    "overview-of-tier-a": "/?period=last-12-months&compare=year-ago&f.tier=A",
    "explain": "/?x=win_rate",
    "rows": "/?x=win_rate&x.measure=won&x.which=counted",
    "explore-empty": "/explore",
    "explore-lines": "/explore?kpis=win_rate&by=tier&period=last-4-quarters&grain=quarter",
    "explore-bars": "/explore?kpis=mrr,nps&by=industry",
    "explore-heat": "/explore?kpis=engagement_score&by=segment&by=tier",
    "accounts": "/accounts",
    "accounts-cooling": "/accounts?cols=tier,health_score,health_score.change,health_score.course&sort=health_score.change&having=mrr+>+0",
    "accounts-none": "/accounts?find=no-such-account",
    "account": "/accounts/A00002",
    "account-figures": "/accounts/A00002?tab=figures",
    "account-timeline": "/accounts/A00002?tab=timeline",
    "account-people": "/accounts/A00002?tab=people",
    "account-deals": "/accounts/A00002?tab=deals",
    "no-account": "/accounts/NONE",
    "dashboards": "/dashboards",
    "catalog": "/catalog",
    "definition": "/catalog/nrr",
    "unknown-kpi": "/catalog/no_such_kpi",
    "people": "/people",
    "nowhere": "/no/such/page",
}
OUTSIDE = {"sign-in": "/sign-in"}  # for whoever is not signed in
