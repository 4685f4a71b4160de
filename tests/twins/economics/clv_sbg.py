"""Expected lifetime value of a contract customer by the shifted-beta-geometric model (sheet 4), fitted at the month's end t.

-- WEAK READING: the sheet gives the model, not its one number, nor where its counts come from. Read: an account's contracts by their
-- end; the i-th due before t is its i-th renewal: renewed when decided so before its end + 30 days of grace (section 5), lost at i when not
-- and the grace is over at t (undecided or pending inside it: censored); what comes after the first loss is ignored. Alpha, beta by maximum
-- likelihood; E[CLV] = gross margin x mean contract value of each account's latest due contract x sum over years S(i) / (1 + d)^i, i from 0
-- (the first payment counts), d = 1.01^12 - 1, over 100 years. Fewer than 50 accounts with a contract due: null.
-- company: clv
-- tolerance: 1e-4
"""

import runpy
from datetime import datetime, time, timedelta
from pathlib import Path

plain = runpy.run_path(str(Path(__file__).parents[1] / "clv_plain.py"))


def histories(connection, end):
    found = connection.execute(
        "SELECT account_id, ends_on, decision, decided_at, value FROM contracts WHERE account_id IS NOT NULL AND ends_on < $end ORDER BY 1, 2, contract_id",
        {"end": end},
    ).fetchall()
    lost, still, values, chains = {}, {}, [], {}
    for account, ends_on, decision, decided_at, value in found:
        chains.setdefault(account, []).append((ends_on, decision, decided_at, value))
    for chain in chains.values():
        survived, dead = 0, False
        for ends_on, decision, decided_at, _ in chain:
            over = datetime.combine(ends_on, time()) + timedelta(days=30)
            if (
                decision == "renewed"
                and decided_at is not None
                and decided_at < min(over, datetime.combine(end, time()))
            ):
                survived += 1
            elif over <= datetime.combine(end, time()) or (
                decision == "lost" and decided_at is not None and decided_at.date() < end
            ):
                dead = True
                break
            else:
                break
        book = lost if dead else still
        key = survived + 1 if dead else survived
        book[key] = book.get(key, 0) + 1
        values.append(float(chain[-1][3]))
    return lost, still, values


def rows(connection, margin=0.8):
    out = []
    for start, end in connection.execute("SELECT period_start, period_end FROM months ORDER BY 1").fetchall():
        lost, still, values = histories(connection, end)
        value = None
        if len(values) >= plain["MINIMUM"]:
            params = plain["fit_sbg"](lost, still)
            yearly = 1.01**12 - 1
            value = (
                margin
                * sum(values)
                / len(values)
                * sum(plain["sbg_survival"](params, i) / (1 + yearly) ** i for i in range(100))
            )
        out.append({"period_start": start, "value": value})
    return out
