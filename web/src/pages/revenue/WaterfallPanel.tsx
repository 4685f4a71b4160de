// From opening to closing revenue, and the accounts in the movement that was clicked.

import { useCallback } from "react";
import type { Movements, Step } from "@/api/journeys";
import { AccountLink } from "@/parts/AccountLink";
import { Chart, type Paint } from "@/parts/Chart";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { TakeCsv, TakePng } from "@/parts/Take";
import { useShown } from "@/parts/useShown";
import { counted, show, showCount, signedValue } from "@/words/format";
import { csvOf } from "@/words/listing";
import { periodAsked, spanText } from "@/words/periods";
import { amountText, drawWaterfall } from "./draw";
import css from "./Revenue.module.css";
import { barsOf, floorOf, isFlat, LABELS, type Moved, shownMovement } from "./waterfall";

const ROW_PX = 34;
const AXIS_PX = 40;

interface Props {
  step: Step; // the whole time
  movements: Movements;
  chosen?: string;
  onChoose: (movement: string) => void;
}

export function WaterfallPanel({ step, movements, chosen, onChoose }: Props) {
  const look = { unit: "money", currency: movements.currency };
  const bars = barsOf(step);
  const floor = floorOf(bars);
  const flat = isFlat(bars);
  const shape = JSON.stringify([bars, chosen, movements.currency]);
  const draw = useCallback((paint: Paint) => drawWaterfall(bars, chosen, look, paint), [shape]);
  const height = bars.length * ROW_PX + AXIS_PX;
  const pick = ({ index }: { index: number }) => {
    const name = bars[index]?.name;
    if (name && movements.movements.some((one) => one.movement === name)) onChoose(name);
  };
  return (
    <Panel
      title="Recurring revenue, from opening to closing"
      note={`${spanText(step)}. A bar of a movement lists its accounts.`}
      actions={!flat && <TakePng name="recurring-revenue" label="Recurring revenue" drawings={[{ draw, height }]} />}
    >
      {flat ? (
        <Empty small title="No recurring revenue in this time">
          Nobody paid, began or left. Choose a longer period, or take a filter away.
        </Empty>
      ) : (
        <>
          <Chart draw={draw} height={height} onPick={pick} label={bars.map((bar) => `${LABELS[bar.name]} ${amountText(bar, look)}`).join(", ")} />
          <p className={css.note}>{floor > 0 ? `The axis starts at ${show(floor, look, true)}, not at 0, so that movements can be seen; compare their lengths with each other, not with opening and closing.` : "The axis starts at 0."}</p>
        </>
      )}
    </Panel>
  );
}

export function InIt({ movements, step, chosen, onChoose }: Props) {
  const shown = shownMovement(movements, chosen);
  const look = { unit: "money", currency: movements.currency };
  const leading = shown?.leading ?? [];
  const part = useShown(shown?.movement ?? "");
  const name = shown ? LABELS[shown.movement as Moved] : "";
  const columns: Column<(typeof leading)[number]>[] = [
    { key: "name", title: "Account", width: 180, cell: (one) => <AccountLink id={one.account_id} name={one.name} /> },
    {
      key: "amount",
      title: "A month",
      number: true,
      width: 110,
      cell: (one) => (
        <Door kpi="net_new_mrr" period={periodAsked(step)} by={{ account_id: one.account_id }} label={`${one.name ?? one.account_id}: ${signedValue(one.amount, look)}. Explain`}>
          {signedValue(one.amount, look)}
        </Door>
      ),
    },
    { key: "share", title: "Of all", about: "Its share of this movement", number: true, width: 80, cell: (one) => (shown?.amount ? show(one.amount / shown.amount, { unit: "fraction" }) : "–") },
  ];
  return (
    <div ref={part}>
      <Panel
        title="Accounts in it"
        note={shown && shown.accounts > 0 ? `${name}: ${signedValue(shown.amount, look)} a month by ${counted(shown.accounts, "account")}${shown.accounts > leading.length ? `; the first ${leading.length}` : ""}.` : "\u00a0"}
        actions={leading.length > 0 && <TakeCsv name={`accounts-${shown?.movement}`} label="Accounts in it" csv={() => csvOf(["account_id", "name", "movement", "amount"], leading.map((one) => [one.account_id, one.name, shown?.movement, one.amount]))} />}
      >
        <div className={css.chips} role="group" aria-label="Movement">
          {movements.movements
            .filter((one) => one.movement !== "fx" || one.accounts > 0)
            .map((one) => (
              <button key={one.movement} type="button" aria-pressed={one === shown} onClick={() => onChoose(one.movement)}>
                {LABELS[one.movement as Moved]} <span className="numbers">{showCount(one.accounts)}</span>
              </button>
            ))}
        </div>
        {leading.length ? (
          <DataTable label={`Accounts in ${name}`} columns={columns} count={leading.length} row={(index) => leading[index]} rowKey={(one) => one.account_id} height={TALL} />
        ) : (
          <div style={{ height: TALL }}>
            <Empty small title="No account">{shown ? `No account moved recurring revenue this way in this period.` : "Nothing moved in this period."}</Empty>
          </div>
        )}
      </Panel>
    </div>
  );
}

const TALL = 300;
