// Each account manager beside what accounts of the same tiers bring: a difference, and whether chance would do it.

import { Tooltip } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import type { KpiShort } from "@/api/queries";
import type { Fair as Compared, Portfolio, Team } from "@/api/team";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { type Look, show, showChange, showCount } from "@/words/format";
import { csvOf } from "@/words/listing";
import change from "@/parts/Change.module.css";
import { nameOf } from "./columns";
import { tierWords } from "./weighing";

const OWNER = "account.owner_id"; // of the account, whoever owns its deals
const VERDICTS: Record<Compared["verdict"], string> = { above: "more than chance", below: "more than chance", within: "within chance", few: "too few to tell" };

interface Props {
  portfolios: readonly Portfolio[];
  kpis: readonly KpiShort[];
  told: Team;
}

export function Fair({ portfolios, kpis, told }: Props) {
  const people = portfolios.filter((one) => one.employee_id !== null).sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const columns: Column<Portfolio>[] = [
    { key: "name", title: "Account manager", width: 170, cell: (one) => nameOf(one) },
    { key: "tiers", title: "Tiers", width: 130, cell: (one) => tierWords(one.tiers) },
    ...kpis.map((kpi): Column<Portfolio> => ({
      key: kpi.name, title: kpi.label, about: kpi.asks, number: true, width: 112,
      cell: (one) => <Difference one={one.fair[kpi.name]} whose={one} kpi={kpi} currency={told.currency} />,
    })),
  ];
  const chance = `Of ${showCount(told.compared)} differences about ${showCount(told.by_chance)} would be marked by chance alone.`;
  return (
    <Panel
      title="Beside accounts of the same tiers"
      note={`By how much each figure differs from what average accounts of the same tiers bring. Marked where chance would hardly do it. ${told.compared ? chance : ""}`}
      actions={told.compared > 0 && <TakeCsv label="Beside accounts of the same tiers" name="team-same-tiers" csv={() => listed(people)} />}
    >
      {told.compared === 0 ? (
        <Empty small title="Too few to tell">
          A comparison needs five accounts or cases of an account manager, and five of others, among the accounts you see.
        </Empty>
      ) : (
        <DataTable label="Beside accounts of the same tiers" columns={columns} count={people.length} row={(index) => people[index]} rowKey={(one) => one.employee_id ?? ""} />
      )}
    </Panel>
  );
}

function Difference({ one, whose, kpi, currency }: { one: Compared | undefined; whose: Portfolio; kpi: KpiShort; currency: string }) {
  if (!one || one.difference === null) return <span className="quiet">{one ? "too few" : "–"}</span>;
  const look = { unit: kpi.unit, currency };
  const text = showChange(one.difference, one.expected, look) || "0";
  const Arrow = one.difference > 0 ? IconArrowUpRight : IconArrowDownRight;
  const beyond = one.verdict !== "within";
  const meaning = one.better === null ? undefined : one.better ? "good" : "bad";
  return (
    <Tooltip label={tip(one, look)} maw={300} multiline>
      <span>
        <Door kpi={kpi.name} by={{ [OWNER]: whose.employee_id ?? "" }} label={`${nameOf(whose)}, ${kpi.label}: ${text} beside the same tiers, ${VERDICTS[one.verdict]}. Explain`}>
          {beyond ? (
            <span className={change.change} data-meaning={meaning}>
              <Arrow size={14} stroke={2.2} aria-hidden />
              {text}
            </span>
          ) : (
            <span className="quiet">{text}</span>
          )}
        </Door>
      </span>
    </Tooltip>
  );
}

/** The figure, what it is set beside, and how sure that is. */
function tip(one: Compared, look: Look): string {
  const bounds = [one.lower, one.upper].map((bound) => showChange(bound, one.expected, look) || "0").join(" and ");
  return `${show(one.value, look, true)}; accounts of the same tiers bring ${show(one.expected, look, true)}. The difference lies between ${bounds}, from ${showCount(one.cases)} cases: ${VERDICTS[one.verdict]}.`;
}

const listed = (people: readonly Portfolio[]): string =>
  csvOf(
    ["employee_id", "name", "kpi", "value", "expected", "difference", "lower", "upper", "cases", "verdict"],
    people.flatMap((whose) =>
      Object.values(whose.fair).map((one) => [
        whose.employee_id, nameOf(whose), one.kpi, one.value, one.expected, one.difference, one.lower, one.upper, one.cases, one.verdict,
      ]),
    ),
  );
