"""Which person a row is about that names none: the one contact who has its e-mail address."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from accountlens.accounts.clues import EMAILS, spelled
from accountlens.accounts.erased import PEOPLE, Erased
from accountlens.language.tables import Entity
from accountlens.warehouses.expand import quoted

MAILS = "_contact_mails"  # mail in small letters → the contact, where only one has it


class People:
    """The contacts of one refresh by their e-mail. Of two contacts with one address neither is guessed."""

    def __init__(self, con: duckdb.DuckDBPyConnection, erased: Erased, present: Collection[str]) -> None:
        self.con, self.erased, self.present = con, erased, present

    def learn(self) -> None:
        """Take the addresses of the finished contacts; those of erased persons are pseudonyms there."""
        self.con.execute(
            f"CREATE OR REPLACE TABLE {MAILS} AS SELECT lower(trim(email)) AS mail, min(contact_id) AS contact_id "
            "FROM contacts WHERE contains(email, '@') GROUP BY 1 HAVING count(*) = 1"
        )

    def named(self, entity: Entity, rows: str, columns: Sequence[str]) -> str:
        """The rows, with the contact of their e-mail where they name none."""
        mails = spelled(EMAILS, columns)
        about = "contact_id" in entity.columns and "contact_id" in columns and entity.name not in PEOPLE
        if not (about and mails and "contacts" in self.present):
            return rows
        mail = self.erased.mail(f"coalesce({', '.join(f'CAST(r.{quoted(name)} AS VARCHAR)' for name in mails)})")
        return (
            f"SELECT r.* REPLACE (coalesce(r.contact_id, k.contact_id) AS contact_id)\nFROM ({rows}) r\n"
            f"LEFT JOIN {MAILS} k ON r.contact_id IS NULL AND k.mail = {mail}"
        )
