"""What is measured on: a generated company of a size, and how often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.company import is_refreshed, keep_figures, make, refresh

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
PEERS = BUILD / "peers"  # an environment for each peer


@dataclass(frozen=True)
class Setting:
    activities: int
    accounts: int
    rounds: int = 5
    clicks: int = 40  # of each kind
    plain: bool = False  # without the figures kept beside the store
    peers: bool = True  # other semantic layers, which are fetched from the package index
    build: Path = BUILD  # companies are made here, each once

    @property
    def folder(self) -> Path:
        return self.build / f"company-{self.activities}-{self.accounts}"

    @property
    def scratch(self) -> Path:
        return self.build / "scratch"

    @property
    def size(self) -> str:
        if not self.activities:
            return "The sample company"
        if not self.accounts:
            return f"{counted(self.activities)} touches"
        return f"{counted(self.activities)} activities, {self.accounts:,} accounts"

    def with_accounts(self, accounts: int) -> Setting:
        return replace(self, accounts=accounts)

    def company(self, figures: bool = False) -> Path:
        """The company, made and refreshed where it is not; with figures that stand ready."""
        make(self.folder, self.activities, self.accounts)
        if not is_refreshed(self.folder):
            refresh(self.folder)
        if figures:
            keep_figures(self.folder)
        return self.folder


def counted(number: int) -> str:
    return f"{number / 1e6:g} M" if number >= 1_000_000 else f"{number:,}"
