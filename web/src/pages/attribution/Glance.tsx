// How much of what was won campaigns touched at all, what they cost, and their return as a whole.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Attribution } from "@/api/attribution";
import { answerOf } from "@/api/queries";
import { Door } from "@/parts/Door";
import { Tile, Tiles } from "@/parts/Tiles";
import { figureAt, totalOf } from "@/words/answer";
import { show, UNKNOWN } from "@/words/format";
import { roiOf, shownText } from "./crediting";

interface Props {
  told: Attribution;
  model: string;
  period: string;
  name: (model: string) => string;
}

const COVERAGE = "attribution_coverage";

export function Glance({ told, model, period, name }: Props) {
  const money = (value: number | null) => show(value, { unit: "money", currency: told.currency }, true);
  const covered = show(told.coverage, { unit: "fraction" });
  return (
    <Tiles>
      <Tile title="Touched by campaigns" value={<Explained title="Touched by campaigns" kpi={COVERAGE} text={covered} />} note="of all that was won; models share out that, and nothing else" />
      <Tile title="Won after campaigns" value={<Explained title="Won after campaigns" kpi={COVERAGE} text={money(told.attributed)} />} note="in the 90 days before the win" />
      <Tile title="Won without" value={<Explained title="Won without" kpi={COVERAGE} text={money(told.unattributed)} />} note="no campaign touched the account" />
      <Tile
        title="Cost"
        value={told.cost === null ? UNKNOWN : <Explained title="Cost" kpi={roiOf(model)} text={money(told.cost)} />}
        note={told.cost === null ? "not known, or not for you to see" : "of campaigns and programs in this time"}
      />
      {told.cost !== null && <Return model={model} period={period} name={name} currency={told.currency} />}
    </Tiles>
  );
}

function Return({ model, period, name, currency }: Pick<Props, "model" | "period" | "name"> & { currency: string }) {
  const { data } = useQuery(answerOf({ kpis: [roiOf(model)], period, grain: "total" }));
  const series = data?.kpis[0];
  const value = data && series ? figureAt(data, series, totalOf(data), 0).value : null;
  const text = shownText(value, "roi", currency);
  return (
    <Tile
      title="Return"
      value={data ? <Explained title="Return" kpi={roiOf(model)} text={text} /> : <Skeleton height={30} width="60%" />}
      note={`beyond the cost, by ${name(model)}`}
      tone={value === null ? undefined : value < 0 ? "bad" : "good"}
    />
  );
}

function Explained({ title, kpi, text }: { title: string; kpi: string; text: string }) {
  return (
    <Door kpi={kpi} label={`${title}: ${text}. Explain`}>
      {text}
    </Door>
  );
}
