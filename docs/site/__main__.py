"""Builds the site: `python -m docs.site [FOLDER]`. Pages are gathered first, then Sphinx makes them HTML."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from docs.site.gathering import gather

HERE = Path(__file__).parent


def main(target: Path) -> int:
    """The site in a folder; 0, or what Sphinx ended with: a warning, such as a link that leads nowhere, is an error."""
    from sphinx.cmd.build import build_main

    pages = target.with_name(f"{target.name}-pages")
    shutil.rmtree(pages, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    gather(HERE.parents[1], pages)
    code = build_main(
        ["-W", "--keep-going", "-q", "-j", "auto", "-c", str(HERE), "-b", "html", str(pages), str(target)]
    )
    if code == 0:
        sys.stdout.write(f"Open {target / 'index.html'}\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/site").absolute()))
