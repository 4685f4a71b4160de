// How the account stands, in one line of cards: stage, health, renewal, pipeline, last touch, what is likely.

import { Skeleton } from "@mantine/core";
import type { Head } from "@/api/accounts";
import { Change } from "@/parts/Change";
import { Door } from "@/parts/Door";
import { Tile, Tiles } from "@/parts/Tiles";
import { show, UNKNOWN } from "@/words/format";
import { dateText } from "@/words/periods";
import { figureOf, sentence, whyWords } from "./telling";
import { daysAgo, inDays, percentText } from "./times";

const BANDS: Record<string, string> = { green: "Good", amber: "Watch", red: "At risk" };
const SOON_DAYS = 90;

export function Glance({ head }: { head: Head | undefined }) {
  if (!head)
    return (
      <Tiles>
        {["a", "b", "c", "d", "e", "f"].map((key) => (
          <Skeleton key={key} height={96} radius="lg" />
        ))}
      </Tiles>
    );
  const now = new Date(head.now);
  const { stage, renewal, last_touch: touch } = head;
  const pipeline = figureOf(head, "pipeline_value_open");
  return (
    <Tiles>
      <Tile title="Stage" value={stage ? sentence(stage.stage) : UNKNOWN} note={stage ? stage.since && `since ${dateText(stage.since)}` : "not known"} />
      <HealthTile head={head} />
      <Tile
        title="Next renewal"
        value={renewal ? inDays(renewal.days) : UNKNOWN}
        tone={renewal && renewal.days <= SOON_DAYS ? "warn" : undefined}
        note={renewal ? `${dateText(renewal.due_at)}, ${show(renewal.value, { unit: "money", currency: head.currency }, true)}${renewal.kind === "subscription" ? " a month" : ""}` : (lacking(head, "contracts") ?? "none is set")}
      />
      <Tile
        title="Open pipeline"
        value={pipeline ? <Door kpi="pipeline_value_open" period={head.period} by={by(head)} label={`Open pipeline: ${show(pipeline.value, pipeline, true)}. Explain`}>{show(pipeline.value, pipeline, true)}</Door> : UNKNOWN}
        note={pipeline ? <Change figure={pipeline} word="previous" good="up" /> : (lacking(head, "opportunities") ?? "no open deal")}
      />
      <Tile
        title="Last touch"
        value={touch ? sentence(daysAgo(touch.at, now)) : UNKNOWN}
        note={touch ? `${sentence(touch.kind.replaceAll("_", " "))}${touch.contact ? ` with ${touch.contact}` : ""}` : (lacking(head, "activities") ?? "there never was one")}
      />
      <OutlookTile head={head} />
    </Tiles>
  );
}

/** What has no source tells nothing, also not that there is none. */
const lacking = (head: Head, entity: string): string | undefined => (head.needs?.some((need) => need.lacks === entity) ? `needs ${entity}` : undefined);

export const by = (head: Head): Record<string, string> => ({ account_id: String(head.account.account_id) });

function HealthTile({ head }: { head: Head }) {
  const { health } = head;
  const figure = figureOf(head, "health_score");
  if (!health || !figure) return <Tile title="Health" value={UNKNOWN} note="not known in this period" />;
  const tone = health.band === "green" ? "good" : health.band === "red" ? "bad" : "warn";
  return (
    <Tile
      title="Health"
      tone={tone}
      value={
        <Door kpi="health_score" period={head.period} by={by(head)} label={`Health ${Math.round(health.value)}, ${BANDS[health.band ?? ""] ?? ""}. Explain`}>
          {Math.round(health.value)} <small>{BANDS[health.band ?? ""]}</small>
        </Door>
      }
      note={
        <>
          <Change figure={figure} word="previous" good="up" /> {whyWords(head)}
        </>
      }
    />
  );
}

const SHORT: Record<string, string> = { leave: "Likely to leave", expand: "Likely to pay more" };

/** The outlook that stands out most from the average account. */
function OutlookTile({ head }: { head: Head }) {
  const told = head.outlooks
    .flatMap((one) => (one.prospects[0] && one.base ? [{ one, prospect: one.prospects[0], times: one.prospects[0].probability / one.base }] : []))
    .sort((a, b) => b.times - a.times)[0];
  if (!told) return <Tile title="Outlook" value={UNKNOWN} note="no model could be fitted" />;
  const signs = told.prospect.reasons.filter((reason) => reason.effect > 0).map((reason) => reason.what);
  return (
    <Tile
      title={SHORT[told.one.word] ?? told.one.title}
      value={percentText(told.prospect.probability)}
      tone={told.one.word === "leave" && told.times > 3 ? "bad" : undefined}
      note={`within 90 days; ${signs.length ? `signs: ${signs.join(", ")}` : `average ${percentText(told.one.base ?? 0)}`}`}
    />
  );
}
