"""Which account is meant: by its id, its domain or its name, all of a batch or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from accountlens.accounts.domains import plain_host
from accountlens.errors import AccountlensError

TOLD = 20  # of the faults of a batch
NEAR, ALIKE = 3, 70  # how many are told of what could have been meant, and how much alike they are, in percent
WAYS = ("id", "domain", "name")
CALLED = {"id": "has the id", "domain": "has the domain"}


@dataclass(frozen=True)
class Account:
    """An account as the snapshot knows it."""

    id: str
    name: str
    domain: str | None = None
    tier: str | None = None


class WhichError(AccountlensError):
    """A text that leads to no account, or to several; `meant` is what could stand in its place, the nearest first."""

    def __init__(self, what: str, meant: Sequence[str], mend: str | None) -> None:
        super().__init__(what, mend=mend)
        self.meant = tuple(meant)


class Book:
    """Accounts by what people call them."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.accounts = {account.id: account for account in accounts}
        self.hints = True
        self._ways: dict[str, dict[str, list[Account]]] = {way: {} for way in WAYS}
        for account in self.accounts.values():
            self._ways["id"].setdefault(account.id.lower(), []).append(account)
            self._ways["name"].setdefault(account.name.strip().lower(), []).append(account)
            if account.domain:
                self._ways["domain"].setdefault(plain_host(account.domain), []).append(account)

    def without_hints(self) -> Book:
        """The same accounts, where it is not looked for what may be meant: that takes a look at all of them."""
        other = copy(self)
        other.hints = False
        return other

    def find(self, text: str, ways: Sequence[str] = WAYS) -> Account:
        """The account of this id, domain or name, without regard to case; `WhichError` where none or several."""
        if "id" in ways and text in self.accounts:
            return self.accounts[text]
        for way in ways:
            found = self._ways[way].get(plain_host(text) if way == "domain" else text.strip().lower(), [])
            if len(found) == 1:
                return found[0]
            if found:
                several = [account.id for account in found[:5]]
                ids = ", ".join(several) + (", …" if len(found) > 5 else "")
                raise WhichError(f"'{text}' is the {way} of {len(found)} accounts ({ids}).", several, "Give the id.")
        called = "is called" if "name" in ways else CALLED[ways[0]]
        near = self._near(text, ways) if self.hints else []
        mend = f"Did you mean '{near[0]}'?" if near else None
        raise WhichError(f"No account {called} '{text}'.", near, mend)

    def _near(self, text: str, ways: Sequence[str]) -> list[str]:
        """What accounts are called that is written much like it: names where these count."""
        from rapidfuzz import fuzz, process

        names = [account.name for account in self.accounts.values()]
        known = names if "name" in ways else self._ways["domain"] if ways[0] == "domain" else self.accounts
        wanted = plain_host(text) if known is self._ways["domain"] else text
        found = process.extract(
            wanted, list(known), scorer=fuzz.ratio, processor=str.lower, limit=NEAR, score_cutoff=ALIKE
        )
        return list(dict.fromkeys(told for told, _, _ in found))

    def find_all(self, texts: Sequence[str]) -> list[Account]:
        """All of them, each once; where one can't be told, none."""
        found, faults = dict[str, Account](), list[str]()
        for text in texts:
            try:
                account = self.find(text)
                found[account.id] = account
            except AccountlensError as error:
                faults.append(str(error))
        refuse(faults, None)
        return list(found.values())


def refuse(faults: Sequence[object], where: str | None) -> None:
    """Tell all that is wrong with a batch at once; nothing of it was done."""
    if faults:
        more = f"\n  and {len(faults) - TOLD} more" if len(faults) > TOLD else ""
        listed = "".join(f"\n  {fault}" for fault in faults[:TOLD])
        raise AccountlensError(f"Nothing was changed:{listed}{more}", where)


def named(account: Account) -> Mapping[str, str]:
    """What a file says of an account."""
    return {"account_id": account.id, "name": account.name if account.name != account.id else ""}
