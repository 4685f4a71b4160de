"""Hosts of e-mail and web addresses: which domain a company has registered, and which hosts say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path

FREE_MAIL = Path(__file__).with_name("free_mail_hosts.txt")
SHARED = Path(__file__).with_name("shared_hosts.txt")
_HOST = re.compile(r"^(?:[a-z]+://)?(?:[^/@]*@)?(?:www\.)?([^/:?#\s]+)")
PAGE = "/"  # behind a host: the address was that of a page on it
# Free mail of many countries: yahoo.de, hotmail.co.uk.
_FREE_EVERYWHERE = re.compile(r"^(?:yahoo|ymail|rocketmail|hotmail|googlemail|gmx|protonmail|yandex)\.")
# Parts of a company's own site: shop.acme.com is acme.com, where uk.acme.com may be another company.
_PARTS_OF_A_SITE = frozenset(
    "www web www2 m mobile en home info mail email smtp mx webmail shop store blog news about go get app apps my "
    "portal login account support help docs corp corporate careers jobs events online secure".split()
)


def plain_host(text: str) -> str:
    """`https://www.acme.com/about`, `me@acme.com` and `ACME.com` are `acme.com`; empty where there is no host."""
    match = _HOST.match(text.strip().lower())
    return match[1] if match else ""


def host_of_email(text: str) -> str:
    """SQL: the host of an e-mail address; NULL where the text is no address."""
    plain = f"lower(trim(regexp_replace(CAST({text} AS VARCHAR), '^.*<(.*)>\\s*$', '\\1')))"
    return f"CASE WHEN {plain} LIKE '%_@_%' AND {plain} NOT LIKE '%@%@%' THEN split_part({plain}, '@', 2) END"


def host_of_site(text: str) -> str:
    """SQL: the host of a web address, with a slash behind it where a page is named; NULL where there is none."""
    plain = f"lower(trim(CAST({text} AS VARCHAR)))"
    host = rf"regexp_extract({plain}, '^(?:[a-z]+://)?(?:[^/@]*@)?([^/:?#\s]+)', 1)"
    page = rf"regexp_matches({plain}, '^(?:[a-z]+://)?[^/?#]+[/?#][^\s/]')"
    return f"nullif({host} || CASE WHEN {page} THEN '{PAGE}' ELSE '' END, '')"


@cache
def _listed(file: Path) -> frozenset[str]:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def free_mail_hosts() -> frozenset[str]:
    """Hosts where anybody can have an address."""
    return _listed(FREE_MAIL)


def shared_hosts() -> frozenset[str]:
    """Hosts where anybody can have a page or a subdomain."""
    return _listed(SHARED)


@cache
def _registered() -> Callable[[str], str]:
    """host → registrable domain, by the public suffix list that comes with the library; nothing is fetched."""
    from tldextract import TLDExtract

    extract = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
    return lambda host: str(extract.extract_str(host).top_domain_under_public_suffix)


def registrable_domain(host: str) -> str | None:
    """`mail.acme.co.uk` → `acme.co.uk`. None: no public name, free mail, or a host that is shared.

    A host that ends in `/` is that of a page: on a shared host (linkedin.com/company/acme) it is nobody's.
    """
    name = _plain(host)
    domain = _registered()(name) if "." in name else ""
    if not domain or domain in free_mail_hosts() or name in free_mail_hosts() or _FREE_EVERYWHERE.match(domain):
        return None
    if domain in shared_hosts() and (host.endswith(PAGE) or name.removeprefix("www.") != domain):
        return None
    return domain


def is_nobodys(host: str) -> bool:
    """Whether a host is public, and still tells no company."""
    return registrable_domain(host) is None and "." in host and bool(_registered()(_plain(host)))


def known_part(host: str, known: Collection[str]) -> str | None:
    """The longest end of a host that is known: of `mail.uk.acme.com` perhaps `uk.acme.com`, else its domain."""
    domain = registrable_domain(host)
    if domain is None:
        return None
    return next((end for end in _ends(_plain(host), domain) if end in known), domain)


def own_host(host: str) -> str | None:
    """What an account is known by that gives this host: `www.acme.com` → `acme.com`, `uk.acme.com` as it is."""
    domain, name = registrable_domain(host), _plain(host)
    if domain is None or name == domain:
        return domain
    before = name.removesuffix(f".{domain}").split(".")
    return domain if all(part in _PARTS_OF_A_SITE for part in before) else name


def _ends(name: str, domain: str) -> Iterator[str]:
    while len(name) >= len(domain):
        yield name
        name = name.partition(".")[2]


def _plain(host: str) -> str:
    """Without the mark of a page and a dot at the end; letters beyond ASCII as they are read."""
    name = host.removesuffix(PAGE).strip(".")
    if "xn--" in name:
        try:
            return name.encode("ascii").decode("idna")
        except UnicodeError:
            return name
    return name
