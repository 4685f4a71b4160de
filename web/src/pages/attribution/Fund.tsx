// What is worth its cost: by every model, by some, by none.

import type { Attribution, Source } from "@/api/attribution";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { Tag, type Tone } from "@/parts/Tag";
import { TakeCsv } from "@/parts/Take";
import { counted, show } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Attribution.module.css";
import { type Funded, fundedOf, roiOf, shownText, sourceName, uncosted, type Verdict } from "./crediting";

interface Props {
  told: Attribution;
  model: string;
  name: (model: string) => string;
}

const WORDS: Record<Verdict, string> = { pays: "Pays by every model", depends: "Depends on the model", loses: "Costs more than it brings", nothing: "Brought nothing" };
const TONES: Record<Verdict, Tone> = { pays: "good", depends: "warn", loses: "bad", nothing: "bad" };

export function Fund({ told, model, name }: Props) {
  const funded = fundedOf(told.sources, told.models);
  const unknown = uncosted(told.sources);
  return (
    <Panel title="What to fund" note="Return beyond its cost: first what pays whichever model counts." actions={funded.length > 0 && <TakeCsv label="What to fund" name="what-to-fund" csv={() => listed(funded, model)} />}>
      {funded.length === 0 && (
        <Empty small title="No cost is known">
          Add a table of costs with the campaign, program or channel each is for; then their return is told here.
        </Empty>
      )}
      <ul className={css.list} tabIndex={0} aria-label="What to fund">
        {funded.map((one) => (
          <Item key={one.source.id} one={one} told={told} model={model} name={name} />
        ))}
      </ul>
      {funded.length > 0 && unknown.length > 0 && <p className={css.aside}>{unknownWords(unknown)}</p>}
    </Panel>
  );
}

const unknownWords = (unknown: readonly Source[]): string =>
  `No cost of this time is known of ${unknown.slice(0, 3).map(sourceName).join(", ")}${unknown.length > 3 ? ` and ${counted(unknown.length - 3, "other")}` : ""}: without it nobody can tell what they return.`;

function Item({ one: { source, verdict, least, most }, told, model, name }: Props & { one: Funded }) {
  const roi = source.roi[model] ?? null;
  const text = shownText(roi, "roi", told.currency);
  return (
    <li>
      <div className={css.head}>
        <strong>{sourceName(source)}</strong>
        <Tag tone={TONES[verdict]}>
          {WORDS[verdict]}
        </Tag>
        <Door kpi={roiOf(model)} by={{ [told.by]: source.id }} label={`Return of ${sourceName(source)}, ${name(model)}: ${text}. Explain`} className={css.right}>
          {text}
        </Door>
      </div>
      <p className="quiet">
        {show(source.cost, { unit: "money", currency: told.currency }, true)} spent, {show(source.credit[model] ?? 0, { unit: "money", currency: told.currency }, true)} credited by {name(model)}
        {least < most && `; return ${shownText(least, "roi", "")} to ${shownText(most, "roi", "")} across models`}
      </p>
    </li>
  );
}

const listed = (funded: readonly Funded[], model: string): string =>
  csvOf(
    ["id", "name", "verdict", "cost", `credit_${model}`, `roi_${model}`, "roi_least", "roi_most"],
    funded.map(({ source, verdict, least, most }) => [source.id, source.name, WORDS[verdict], source.cost, source.credit[model], source.roi[model], least, most]),
  );
