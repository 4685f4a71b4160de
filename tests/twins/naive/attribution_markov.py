"""Removal effects of the won paths alone.

-- What is wrong: lost opportunities with touches are left out of the chain, so a channel that leads to losses looks as good as one that wins.
"""

import runpy
from pathlib import Path

twin = runpy.run_path(str(Path(__file__).parents[1] / "influence" / "attribution_markov.py"))


def rows(connection):
    own = connection.cursor()  # its temporary table hides the one of all paths
    own.execute("CREATE TEMP TABLE paths AS SELECT * FROM main.paths WHERE status = 'won'")
    return twin["rows"](own)
