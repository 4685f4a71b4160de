"""Which account is meant: by its id, its domain or its name, all of a batch or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accountlens.accounts.domains import plain_host
from accountlens.errors import AccountlensError, suggest

TOLD = 20  # of the faults of a batch


@dataclass(frozen=True)
class Account:
    """An account as the snapshot knows it."""

    id: str
    name: str
    domain: str | None = None
    tier: str | None = None


class Book:
    """Accounts by what people call them."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.accounts = {account.id: account for account in accounts}
        self._ways: dict[str, dict[str, list[Account]]] = {"id": {}, "domain": {}, "name": {}}
        for account in self.accounts.values():
            self._ways["id"].setdefault(account.id.lower(), []).append(account)
            self._ways["name"].setdefault(account.name.strip().lower(), []).append(account)
            if account.domain:
                self._ways["domain"].setdefault(plain_host(account.domain), []).append(account)

    def find(self, text: str, ways: Sequence[str] = ("id", "domain", "name")) -> Account:
        """The account of this id, domain or name, without regard to case; `AccountlensError` where none or several."""
        if "id" in ways and text in self.accounts:
            return self.accounts[text]
        for way in ways:
            found = self._ways[way].get(plain_host(text) if way == "domain" else text.strip().lower(), [])
            if len(found) == 1:
                return found[0]
            if found:
                ids = ", ".join(account.id for account in found[:5]) + (", …" if len(found) > 5 else "")
                raise AccountlensError(f"'{text}' is the {way} of {len(found)} accounts ({ids}).", mend="Give the id.")
        known = [account.name for account in self.accounts.values()] if "name" in ways else [*self.accounts]
        called = {"id": "has the id", "domain": "has the domain"}.get(ways[0] if len(ways) == 1 else "", "is called")
        raise AccountlensError(f"No account {called} '{text}'.", mend=suggest(text, known) or None)

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


def refuse(faults: Sequence[str], where: str | None) -> None:
    """Tell all that is wrong with a batch at once; nothing of it was done."""
    if faults:
        more = f"\n  and {len(faults) - TOLD} more" if len(faults) > TOLD else ""
        listed = "".join(f"\n  {fault}" for fault in faults[:TOLD])
        raise AccountlensError(f"Nothing was changed:{listed}{more}", where)


def named(account: Account) -> Mapping[str, str]:
    """What a file says of an account."""
    return {"account_id": account.id, "name": account.name if account.name != account.id else ""}
