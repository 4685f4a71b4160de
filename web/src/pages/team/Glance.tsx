// The team in one glance: how many, how much each, how close to accounts, who carries too much.

import { Link } from "@tanstack/react-router";
import { Tile, Tiles } from "@/parts/Tiles";
import { counted, show, showCount } from "@/words/format";
import css from "./Team.module.css";
import { middleOf, touchedOf, type Weighed } from "./weighing";

export function Glance({ weighed }: { weighed: readonly Weighed[] }) {
  const portfolios = weighed.map((one) => one.portfolio);
  const people = portfolios.filter((one) => one.employee_id !== null);
  const sum = (of: readonly { accounts: number }[]) => of.reduce((all, one) => all + one.accounts, 0);
  const nobody = sum(portfolios.filter((one) => one.employee_id === null));
  const known = weighed.filter((one) => one.load !== null);
  const over = known.length ? known.filter((one) => one.state === "over").length : null;
  const middle = middleOf(people.map((one) => one.accounts));
  return (
    <Tiles>
      <Tile title="Account managers" value={showCount(people.length)} note={`${counted(sum(portfolios), "account")}, ${showCount(middle)} each in the middle`} />
      <Tile title="Carry too much" value={showCount(over)} tone={over ? "bad" : undefined} note={over === null ? "nothing to set against each other" : "a quarter above the team's middle, or more"} />
      <Tile title="Touched in 30 days" value={share(touchedOf(portfolios, "touched_30_days"))} note="of all accounts" />
      <Tile title="Touched in 90 days" value={share(touchedOf(portfolios, "touched_90_days"))} note="of all accounts" />
      <Tile
        title="Without account manager"
        value={showCount(nobody)}
        tone={nobody ? "warn" : undefined}
        note={
          nobody ? (
            <Link to="/accounts" search={{ filters: { owner_id: ["(unknown)"] }, sort: "-mrr" } as never} className={css.link}>
              Open them
            </Link>
          ) : (
            "every account has one"
          )
        }
      />
    </Tiles>
  );
}

const share = (value: number | null): string => show(value, { unit: "fraction" });
