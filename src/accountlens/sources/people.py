"""People by their addresses: who is one of us, and ids that do not tell an address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field


def _plain(domains: list[str]) -> list[str]:
    plain = [domain.lower().strip().lstrip("@.") for domain in domains]
    if wrong := [domain for domain in plain if "." not in domain or "@" in domain]:
        raise ValueError(f"'{wrong[0]}' is no domain; write what stands behind the @ of your addresses")
    return plain


OwnDomains = Annotated[
    list[str],
    AfterValidator(_plain),
    Field(min_length=1, description="Your own: [acme.com]; what is under them counts too."),
]


def is_own(address: str, domains: Iterable[str]) -> bool:
    """Whether an address belongs to one of our domains, or to one under it."""
    host = address.rpartition("@")[2]
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def once_each(addresses: Iterable[str]) -> list[str]:
    """Addresses in small letters, each once, in their order; what is none is left out."""
    return list(dict.fromkeys(address.strip().lower() for address in addresses if "@" in address))


def part_id(occasion: str, person: str) -> str:
    """The id of one person's part in a mail or a meeting; nobody can read the address in it."""
    return hashlib.sha256(f"{occasion}>{person}".encode()).hexdigest()[:32]
