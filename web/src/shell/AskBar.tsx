// The ask bar, on `/`: a sentence becomes a question, a few letters find KPIs, accounts and pages.

import { Modal } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBook2, IconBuilding, IconPencil, IconSearch, IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { accountsLike, catalog, type Reading, readingOf } from "@/api/queries";
import { found } from "@/words/finding";
import { exploreOf, otherwise, type ReadQuestion } from "@/words/reading";
import css from "./AskBar.module.css";
import { usePages } from "./pages";
import { Understood } from "./Understood";

interface Offer {
  id: string;
  kind: string;
  title: string;
  note?: ReactNode;
  icon: ReactNode;
  go: () => void;
}

const WAIT_MS = 120;
const LEAST = 3; // letters, before the server is asked
const EXAMPLES = ["win rate by tier last 4 quarters", "mrr by segment this year", "nps last 12 months by month"];

export function AskBar({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} withCloseButton={false} transitionProps={{ duration: 0 }} padding={0} size={640} yOffset="12vh" radius="lg" attributes={{ content: { "aria-label": "Ask or find" } }}>
      <Asking onClose={onClose} />
    </Modal>
  );
}

function Asking({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const { offers, reading } = useOffers(text, setText, onClose);
  const chosen = Math.min(at, offers.length - 1);
  const keys = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && offers.length) {
      event.preventDefault();
      setAt((chosen + step + offers.length) % offers.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      offers[chosen]?.go();
    }
  };
  return (
    <>
      <div className={css.field}>
        <IconSearch size={18} aria-hidden />
        <input
          autoFocus // at once: whoever pressed the key types on
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls={list}
          aria-activedescendant={offers[chosen] ? `${list}-${chosen}` : undefined}
          aria-label="Ask, or find a KPI, an account or a page"
          placeholder="Ask, or find a KPI, an account or a page"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={keys}
        />
      </div>
      <ul id={list} className={css.offers} role="listbox" aria-label="Found">
        {offers.map((offer, index) => (
          <li key={offer.id} id={`${list}-${index}`} role="option" aria-selected={index === chosen} onMouseMove={() => setAt(index)} onClick={offer.go}>
            {offer.icon}
            <span className={css.words}>
              <b>{offer.title}</b>
              {offer.note && <small>{offer.note}</small>}
            </span>
            <em>{offer.kind}</em>
          </li>
        ))}
      </ul>
      {reading && !reading.question && reading.understood.length > 0 && (
        <div className={css.lacking}>
          <Understood reading={reading} />
          <span>No figure is named yet: add one, such as “win rate” or “mrr”.</span>
        </div>
      )}
      {text === "" && (
        <div className={css.examples}>
          For example
          {EXAMPLES.map((example) => (
            <button key={example} type="button" onClick={() => setText(example)}>
              {example}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

function useOffers(text: string, onText: (text: string) => void, onClose: () => void): { offers: Offer[]; reading?: Reading } {
  const navigate = useNavigate();
  const { data: all } = useQuery(catalog);
  const offered = usePages();
  const [settled] = useDebouncedValue(text.trim(), WAIT_MS);
  const asks = settled.length >= LEAST && text.trim() !== "";
  const { data: read } = useQuery({ ...readingOf(settled), enabled: asks });
  const { data: accounts } = useQuery({ ...accountsLike(settled, 5), enabled: asks });
  const then = (act: () => Promise<void>) => () => {
    onClose();
    void act();
  };
  const pages = found(offered.map((page) => ({ ...page, name: page.label })), text).map(
    (page): Offer => ({ id: page.to, kind: "Page", title: page.label, icon: <page.icon size={18} aria-hidden />, go: then(() => navigate({ to: page.to })) }),
  );
  if (!text.trim()) return { offers: pages };
  const kpis = found(all?.kpis ?? [], text).slice(0, 6).map(
    (kpi): Offer => ({ id: kpi.name, kind: "KPI", title: kpi.label, note: kpi.asks, icon: <IconBook2 size={18} aria-hidden />, go: then(() => navigate({ to: "/catalog/$name", params: { name: kpi.name } })) }),
  );
  const reading = asks ? read : undefined;
  const question = reading?.question as ReadQuestion | null | undefined;
  const answers: Offer[] =
    question && reading
      ? [{ id: "answer", kind: "Answer", title: reading.text, note: <Understood reading={reading} />, icon: <IconSparkles size={18} aria-hidden />, go: then(() => navigate({ to: "/explore", search: exploreOf(question, reading) })) }]
      : [];
  const meant = (reading ? otherwise(reading) : []).map(
    (one): Offer => ({ id: `instead ${one.text}`, kind: "Did you mean", title: one.text, icon: <IconPencil size={18} aria-hidden />, go: () => onText(one.text) }),
  );
  const account = (id: string, title: string, note?: string): Offer => ({
    id: `account ${id}`,
    kind: "Account",
    title,
    note,
    icon: <IconBuilding size={18} aria-hidden />,
    go: then(() => navigate({ href: `/accounts/${encodeURIComponent(id)}` })),
  });
  const named = (reading?.filters.account_id ?? []).map((id) => account(id, reading?.understood.find((part) => part.value === `account_id = '${id}'`)?.label ?? id));
  const like = (asks && accounts ? accounts.account_id : []).map((id, index) =>
    account(id, accounts?.name[index] ?? id, accounts?.columns.map((column) => column.values[index]).filter(Boolean).join(" · ")),
  );
  const there = [...like, ...named.filter((one) => !like.some((other) => other.id === one.id))];
  return { offers: [...answers, ...(answers.length ? meant : []), ...kpis.slice(0, answers.length ? 3 : 6), ...there, ...(answers.length ? [] : meant), ...pages], reading };
}
