// The rules behind alerts: what each looks for, whether it can be computed, how often it was right; and rules to begin with.

import { Button, Skeleton, Switch } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ALERTS, alertRules, alertsOf, type KeptRule, type Offer, switchRule } from "@/api/alerts";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { showCount } from "@/words/format";
import css from "./Alerts.module.css";
import type { Put } from "./AlertsPage";
import { RuleDetail } from "./RuleDetail";
import { RuleForm } from "./RuleForm";
import { draftOf, EMPTY } from "./rules";
import { type AlertsSearch, NEW, wordsOf } from "./search";
import { SEVERITY_WORDS } from "./telling";

interface Props {
  search: AlertsSearch;
  put: Put;
  currency: string;
  mayEdit: boolean;
}

export function Rules({ search, put, currency, mayEdit }: Props) {
  const { data, error, refetch } = useQuery(alertRules);
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={520} radius="lg" />;
  const { rules, offers } = data;
  if (search.edit && mayEdit) {
    const kept = rules.find((one) => one.id === search.edit);
    const offer = offers.find((one) => one.id === search.offer);
    const begun = kept?.rule ?? offer?.rule ?? EMPTY;
    return <RuleForm key={`${search.edit} ${search.offer}`} begun={draftOf(begun)} id={kept?.id} offered={kept || offer?.taken ? undefined : offer?.id} told={data} currency={currency} put={put} />;
  }
  const chosen = rules.find((one) => one.id === search.rule) ?? rules[0];
  return (
    <>
      <div className={css.split}>
        <Panel
          title="Rules"
          note={mayEdit ? "Each refresh looks at those that are on." : "Each refresh looks at those that are on. Analysts and admins change them."}
          actions={
            mayEdit && (
              <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => put({ edit: NEW, offer: undefined })}>
                New rule
              </Button>
            )
          }
        >
          {rules.length === 0 && <Empty small title="There is no rule yet">{mayEdit ? "Take one of those below, or write your own." : "Analysts and admins write them."}</Empty>}
          <List rules={rules} chosen={chosen?.id} put={put} mayEdit={mayEdit} />
        </Panel>
        {chosen && <RuleDetail key={chosen.id} kept={chosen} outcomes={data.outcomes} mayEdit={mayEdit} put={put} />}
      </div>
      <Offers offers={offers.filter((one) => !one.taken)} mayEdit={mayEdit} put={put} />
    </>
  );
}

function List({ rules, chosen, put, mayEdit }: { rules: readonly KeptRule[]; chosen: string | undefined; put: Put; mayEdit: boolean }) {
  const queries = useQueryClient();
  const { data: open } = useInfiniteQuery(alertsOf(wordsOf({})));
  const turn = useMutation({ mutationFn: ({ id, on }: { id: string; on: boolean }) => switchRule(id, on), onSettled: () => queries.invalidateQueries({ queryKey: [ALERTS] }) });
  return (
    <>
      {turn.error && <ProblemView error={turn.error} />}
      <ul className={css.rules}>
        {rules.map((one) => (
          <li key={one.id} data-chosen={one.id === chosen || undefined}>
            <Switch size="sm" aria-label={`${one.rule.label}: ${one.on ? "on" : "off"}`} checked={one.on} disabled={!mayEdit || turn.isPending} onChange={(event) => turn.mutate({ id: one.id, on: event.currentTarget.checked })} />
            <button type="button" aria-pressed={one.id === chosen} onClick={() => put({ rule: one.id })}>
              <b>{one.rule.label}</b>
              <span>{one.says}</span>
              {one.fault && <em>Cannot be computed: {one.fault}</em>}
            </button>
            <span className={css.tags}>
              {one.rule.severity && one.rule.severity !== "medium" && <Tag tone={one.rule.severity === "high" ? "bad" : undefined}>{SEVERITY_WORDS[one.rule.severity]}</Tag>}
              {one.on && open && <Tag>{showCount(open.pages[0]?.rules[one.id] ?? 0)} open</Tag>}
              {!one.on && <Tag>Off</Tag>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Offers({ offers, mayEdit, put }: { offers: readonly Offer[]; mayEdit: boolean; put: Put }) {
  if (offers.length === 0) return null;
  return (
    <Panel title="Rules to begin with" note="By what you want to reach. Before one is kept you see what it would do now, and how often it was right.">
      <ul className={css.offers}>
        {offers.map((one) => (
          <li key={one.id}>
            <div>
              <b>{one.rule.label}</b> <Tag>{one.goal}</Tag>
              <p>{one.says}</p>
              {one.needs[0] && <p className={css.lacks}>Lacks {one.needs.map((need) => need.lacks).join(", ")}. {one.needs[0].mend}</p>}
            </div>
            {mayEdit && (
              <Button size="xs" variant="default" aria-label={`Look at it: ${one.rule.label}`} onClick={() => put({ edit: NEW, offer: one.id })}>
                Look at it
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
