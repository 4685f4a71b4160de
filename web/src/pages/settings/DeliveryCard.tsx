// One delivery at a glance.

import { Button, Switch } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { again, changeDelivery, type Delivery, subscribe, type Ways } from "@/api/deliveries";
import { asProblem } from "@/api/problem";
import { catalog } from "@/api/queries";
import { ButtonLink } from "@/parts/ButtonLink";
import { Tag } from "@/parts/Tag";
import { momentText } from "@/words/periods";
import { plainKpi } from "@/words/search";
import { fieldsOf } from "./schema";
import css from "./Settings.module.css";
import { channelWords, kindWords, optionsText, stateOf, zonedText } from "./words";

interface Props {
  one: Delivery;
  ways: Ways | undefined;
  manages: boolean;
  onSend: () => void;
  onRemove: () => void;
}

export function DeliveryCard({ one, ways, manages, onSend, onRemove }: Props) {
  const { data: known } = useQuery(catalog);
  const turn = useMutation({ mutationFn: (paused: boolean) => changeDelivery(one.id, { paused }), onSettled: again });
  const take = useMutation({ mutationFn: (wanted: boolean) => subscribe(one.id, wanted), onSettled: again });
  const kind = ways?.kinds.find((each) => each.kind === one.kind);
  const label = (name: string) => known?.kpis.find((kpi) => kpi.name === plainKpi(name))?.label ?? name;
  const channel = ways?.channels.find((each) => each.name === one.channel);
  const problem = turn.error ?? take.error;
  return (
    <section className={`card ${css.card}`} aria-label={one.name} data-off={one.paused || undefined}>
      <header className={css.head}>
        <h2>{one.name}</h2>
        <Tag>{kindWords(one.kind)}</Tag>
        {one.paused && <Tag tone="warn">switched off</Tag>}
        {manages && <Switch className={css.switch} label={one.paused ? "Off" : "On"} aria-label={`Send “${one.name}” by its schedule`} checked={!one.paused} disabled={turn.isPending} onChange={(event) => turn.mutate(!event.currentTarget.checked)} />}
      </header>
      <dl className={css.facts}>
        {one.options && (
          <>
            <dt>What</dt>
            <dd>{optionsText(one, kind ? fieldsOf(kind.options) : [], label) || kind?.about || kindWords(one.kind)}</dd>
          </>
        )}
        {one.to && (
          <>
            <dt>To</dt>
            <dd>
              {one.to.map((each) => (
                <div key={each.recipient}>
                  {each.who} <span className="quiet">sees {each.audience}</span>
                  {each.why && <span className={css.bad}> Gets nothing: {each.why}</span>}
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>By</dt>
        <dd>
          {one.channel}
          {channel && <span className="quiet"> {channelWords(channel.type)}</span>}
          {ways && !channel && <span className={css.bad}> This channel is not there any more: edit the delivery, or write it again.</span>}
          {channel && channel.lacks.length > 0 && <span className={css.bad}> {channel.lacks.join(" ")}</span>}
        </dd>
        <dt>When</dt>
        <dd>
          {one.when} <span className="quiet">{one.when.includes(one.time_zone) ? "" : one.time_zone}</span>
        </dd>
        <dt>Next</dt>
        <dd>{one.paused ? "not while it is switched off" : one.coming.map((at) => zonedText(at, one.time_zone)).join(" · ")}</dd>
        {manages && (
          <>
            <dt>Last</dt>
            <dd>{one.last ? <Last one={one} /> : "not sent yet"}</dd>
          </>
        )}
      </dl>
      {problem && (
        <p role="alert" className={css.bad}>
          {[asProblem(problem).detail, asProblem(problem).mend].filter(Boolean).join(" ")}
        </p>
      )}
      <div className={css.doings}>
        {manages && (
          <>
            <Button variant="default" size="xs" aria-label={`Send now: “${one.name}”`} onClick={onSend}>
              Send now
            </Button>
            <ButtonLink to="/settings" search={{ part: "edit", id: one.id }} variant="default" size="xs" aria-label={`Edit “${one.name}”`}>
              Edit
            </ButtonLink>
            <Button variant="subtle" size="xs" color="var(--bad)" aria-label={`Delete “${one.name}”`} onClick={onRemove}>
              Delete
            </Button>
          </>
        )}
        {(one.may_subscribe || one.mine) && <Switch className={css.switch} size="xs" label="Send it to me" aria-label={`Send it to me: “${one.name}”`} checked={one.mine} disabled={take.isPending} onChange={(event) => take.mutate(event.currentTarget.checked)} />}
      </div>
    </section>
  );
}

function Last({ one }: { one: Delivery }) {
  const last = one.last;
  if (!last) return null;
  const { label, tone } = stateOf(last);
  return (
    <>
      <Tag tone={tone}>{label}</Tag> {last.who}, {momentText(last.tried_at ?? last.due_at)}{" "}
      <Link to="/settings" search={{ part: "sent" }}>
        What was sent
      </Link>
    </>
  );
}
