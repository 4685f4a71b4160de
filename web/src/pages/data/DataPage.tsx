// What the numbers stand on: sources and the balance of their rows, what is wrong, what waits for a person, snapshots.

import { Skeleton, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback } from "react";
import { balance, findings, matches, sources } from "@/api/data";
import { isSignedIn, session } from "@/api/session";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { counted, numberText, showCount, UNKNOWN } from "@/words/format";
import { agoText } from "@/words/periods";
import { without } from "@/words/search";
import css from "./Data.module.css";
import { Matches } from "./Matches";
import { Refreshing } from "./Refreshing";
import { Quarantine } from "./Quarantine";
import type { DataSearch, Part } from "./search";
import { Snapshots } from "./Snapshots";
import { State } from "./State";
import { balanceOf, isSettled, rowsOf } from "./telling";

const LABELS: Record<Part, string> = { state: "Sources and balance", matches: "Matching review", quarantine: "Quarantine", snapshots: "Snapshots" };

export type Put = (change: Partial<DataSearch>) => void;

export default function DataPage() {
  const search = useSearch({ strict: false }) as DataSearch;
  const navigate = useNavigate();
  const { data: here } = useQuery(session);
  const put: Put = useCallback(
    (change) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false }),
    [navigate],
  );
  if (!here || !isSignedIn(here)) return null;
  if (!here.rights.includes("see_data"))
    return (
      <Page title="Data">
        <Empty title="Your role does not see this page">It shows rows of every account. Ask an admin for the role of a viewer, an analyst or an admin.</Empty>
      </Page>
    );
  const mayDecide = here.rights.includes("decide_matches");
  const part = search.part ?? "state";
  const panes: Record<Part, ReactNode> = {
    state: <State />,
    matches: <Matches search={search} put={put} mayDecide={mayDecide} currency={here.workspace.currency} />,
    quarantine: <Quarantine search={search} put={put} mayMend={mayDecide} />,
    snapshots: <Snapshots search={search} put={put} />,
  };
  return (
    <Page title="Data" lead={`What all numbers stand on${mayDecide ? "" : ". Your role may look; analysts and admins decide."}`} actions={<Refreshing may={here.rights.includes("refresh")} />}>
      <Tiles />
      <Tabs value={part} onChange={(chosen) => put({ part: chosen === "state" ? undefined : (chosen as Part) })} keepMounted={false}>
        <Tabs.List className={css.tabs} aria-label="Parts of the data">
          {Object.entries(LABELS).map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(panes).map(([value, pane]) => (
          <Tabs.Panel key={value} value={value} pt="md">
            {pane}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

/** Where to look first; each leads there. */
function Tiles() {
  const read = useQuery(sources);
  const rows = useQuery(balance);
  const wait = useQuery(matches);
  const wrong = useQuery(findings);
  const failing = read.data?.sources.filter((source) => source.failures > 0).length ?? 0;
  const latest = read.data?.sources.map((source) => source.fetched_at ?? "").sort().at(-1);
  const sums = rows.data && balanceOf(rows.data.tables);
  const items = wait.data?.waiting.filter((item) => !isSettled(item, wait.data.decided));
  return (
    <div className={css.tiles} role="group" aria-label="The data at a glance">
      <Tile title="Read last" pending={read.isPending} value={latest ? agoText(latest, new Date()) : UNKNOWN} note={failing ? `${counted(failing, "source")} cannot be read` : read.data ? `${counted(read.data.sources.length, "source")}, all could be read` : ""} tone={failing ? "bad" : undefined} />
      <Tile title="Rows taken in" pending={rows.isPending} value={showCount(sums?.takenIn)} note={!sums ? "" : sums.whole ? "every row is accounted for" : "some rows are lost"} tone={sums && !sums.whole ? "bad" : "good"} />
      <Tile title="In quarantine" pending={rows.isPending} value={showCount(sums?.quarantined)} note={sums && sums.takenIn > 0 ? `${share(sums.quarantined, sums.takenIn)} of all rows` : ""} part="quarantine" tone={sums?.quarantined ? "warn" : undefined} />
      <Tile title="Of no account" pending={rows.isPending} value={showCount(sums?.unmatched)} note={sums?.unmatched === null ? "nothing to match with" : "count in totals only"} part="matches" tone={sums?.unmatched ? "warn" : undefined} />
      <Tile title="To decide" pending={wait.isPending} value={showCount(items?.length)} note={!items ? "nothing can be matched yet" : items.length ? `for ${counted(items.reduce((all, item) => all + rowsOf(item), 0), "row")}` : "nothing waits"} part="matches" tone={items?.length ? "warn" : undefined} />
      <Tile title="Problems" pending={wrong.isPending} value={wrong.data ? counted(wrong.data.errors, "error") : UNKNOWN} note={wrong.data ? counted(wrong.data.warnings, "warning") : ""} tone={wrong.data?.errors ? "bad" : undefined} />
    </div>
  );
}

const share = (part: number, whole: number): string => numberText(part / whole, { style: "percent", maximumSignificantDigits: 2 });

interface TileProps {
  title: string;
  value: string;
  note: string;
  pending: boolean;
  part?: Part;
  tone?: "good" | "warn" | "bad";
}

function Tile({ title, value, note, pending, part, tone }: TileProps) {
  return (
    <Link to="/data" search={(now) => without({ ...now, part })} className={`card ${css.tile}`} data-tone={tone} resetScroll={false} preload={false}>
      <span className={css.tileTitle}>{title}</span>
      {pending ? <Skeleton height={20} width="70%" my={5} /> : <strong>{value}</strong>}
      <small>{pending ? "\u00a0" : note || "\u00a0"}</small>
    </Link>
  );
}
