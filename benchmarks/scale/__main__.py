"""`python -m benchmarks.scale run --activities N --accounts M`, and `... fit`, which writes docs/scale.md's tables."""

from __future__ import annotations

import argparse


def main() -> None:
    options = _options()
    if options.what == "run":
        from benchmarks.scale.measure import Plan, measure
        from benchmarks.scale.runs import keep

        told = (options.skew, options.figures, options.variant, dict(options.set), options.keep, options.facts_only)
        told += (options.at_once,) if options.at_once else ()
        print(keep(measure(Plan(options.activities, options.accounts, *told))).name)  # noqa: T201
    else:
        from benchmarks.scale import page

        page.write()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    verbs = parser.add_subparsers(dest="what", required=True)
    run = verbs.add_parser("run", help="measure one refresh on a cluster started for it; needs pyspark and Java")
    run.add_argument("--activities", type=int, default=1_000_000)
    run.add_argument("--accounts", type=int, default=1_000)
    run.add_argument("--skew", type=float, default=0.0, help="share of the activities that are one account's (0)")
    run.add_argument("--figures", default="", help="as in the settings; without it what a refresh keeps by default")
    run.add_argument("--variant", default="", help="a word that its results are kept under, beside the others")
    run.add_argument("--set", action="append", default=[], type=_setting, metavar="NAME=VALUE", help="of Spark")
    run.add_argument("--at-once", type=int, default=0, help="accounts whose figures come home together (10,000)")
    run.add_argument("--keep", action="store_true", help="leave the company's files for the next run")
    run.add_argument("--facts-only", action="store_true", help="end before figures are computed")
    verbs.add_parser("fit", help="fit the model on what was measured, predict, write the tables and the plot")
    return parser.parse_args()


def _setting(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


if __name__ == "__main__":
    main()
