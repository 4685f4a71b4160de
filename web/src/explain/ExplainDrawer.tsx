// The drawer behind every number: what it is made of, what changed, which rows count. It stands in the address.

import { Drawer, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { explanationOf } from "@/api/queries";
import { ProblemView } from "@/parts/ProblemView";
import { ThereNote, useThere } from "@/parts/There";
import { conditions, useFilter, usePageSearch } from "@/shell/filter";
import { dimensionLabel } from "@/shell/AddFilter";
import { periodLabel } from "@/words/periods";
import { scopeWords } from "@/words/scopes";
import { type Explained, whereOf, without } from "@/words/search";
import css from "./Explain.module.css";
import { Explanation } from "./Explanation";
import { Rows } from "./Rows";

export function ExplainDrawer() {
  const { explain } = usePageSearch();
  const shown = useRef(explain);
  if (explain) shown.current = explain; // it stays while the drawer closes
  const navigate = useNavigate();
  const narrow = useMediaQuery("(max-width: 760px)");
  const put = (next: Explained | undefined) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, explain: next }), resetScroll: false });
  return (
    <Drawer opened={explain !== undefined} onClose={() => put(undefined)} position="right" size={narrow ? "100%" : 760} title="Explanation" closeButtonProps={{ "aria-label": "Close the explanation" }}>
      {shown.current && <Explaining explained={shown.current} onPut={put} />}
    </Drawer>
  );
}

function Explaining({ explained, onPut }: { explained: Explained; onPut: (next: Explained) => void }) {
  const filter = useFilter();
  const period = explained.period ?? filter.period;
  const scope = explained.scope ?? filter.scope;
  const where = explained.scope ? [explained.where && `(${explained.where})`, whereOf(undefined, explained.by)].filter(Boolean).join(" and ") || undefined : conditions(filter, explained.by);
  const wanted = { kpi: explained.kpi, period, where, scope, snapshot: explained.snapshot };
  const there = useThere(wanted);
  const single = without({ ...wanted, on: there.on });
  const compare = filter.compare === "none" ? undefined : filter.compare;
  const { data, error, refetch } = useQuery(explanationOf(without({ ...single, compare })));
  const about = [
    explained.period ? undefined : periodLabel(period),
    scopeWords(scope),
    explained.where,
    explained.snapshot && "as reported then",
    ...Object.entries({ ...(explained.scope ? {} : filter.filters), ...explained.by }).map(([name, value]) => `${dimensionLabel(name)} ${[value].flat().join(", ")}`),
  ].filter(Boolean);
  if (error) return <ProblemView error={error} retry={() => void refetch()} there={there.ask} />;
  if (!data)
    return (
      <>
        <ThereNote there={there} waits />
        <Waiting />
      </>
    );
  const { rows } = explained;
  if (rows) {
    const measure = data.measures.find((one) => one.name === rows.measure);
    return <Rows label={data.label} measure={measure} single={single} rows={rows} onBack={() => onPut({ ...explained, rows: undefined })} />;
  }
  return (
    <>
      <ThereNote there={there} waits={false} />
      <Explanation explanation={data} asked={explained.kpi} compare={compare} about={about.join(" · ")} onRows={(next) => onPut({ ...explained, rows: next })} />
    </>
  );
}

function Waiting() {
  return (
    <div className={css.stack} aria-busy>
      <Skeleton height={96} />
      <Skeleton height={120} />
      <Skeleton height={320} />
    </div>
  );
}
