// Which cards, in which order: moved by buttons, so that a keyboard and a finger can.

import { ActionIcon, Button, Drawer, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { KpiShort } from "@/api/queries";
import { USUAL_CARDS } from "@/words/cards";
import { found } from "@/words/finding";
import { moved, toggled } from "@/words/moves";
import { plainKpi } from "@/words/search";
import css from "./Overview.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  kpis: readonly KpiShort[];
  cards: readonly string[];
  onChoose: (cards: readonly string[]) => void;
}

export function Arrange({ opened, onClose, kpis, cards, onChoose }: Props) {
  const [text, setText] = useState("");
  const label = (asked: string) => kpis.find((kpi) => kpi.name === plainKpi(asked))?.label ?? asked;
  const more = found(kpis, text).filter((kpi) => !cards.includes(kpi.name)).slice(0, 12);
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={420} title="Cards of the overview" closeButtonProps={{ "aria-label": "Close" }}>
      <ol className={css.chosen}>
        {cards.map((asked, index) => (
          <li key={asked}>
            <span>{label(asked)}</span>
            <ActionIcon variant="subtle" color="gray" c="var(--ink-2)" disabled={index === 0} aria-label={`Move ${label(asked)} up`} onClick={() => onChoose(moved(cards, index, index - 1))}>
              <IconArrowUp size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" c="var(--ink-2)" disabled={index === cards.length - 1} aria-label={`Move ${label(asked)} down`} onClick={() => onChoose(moved(cards, index, index + 1))}>
              <IconArrowDown size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" c="var(--ink-2)" disabled={cards.length === 1} aria-label={`Remove ${label(asked)}`} onClick={() => onChoose(toggled(cards, asked))}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <TextInput label="Add a card" placeholder="Search all KPIs" value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <ul className={css.more}>
        {more.map((kpi) => (
          <li key={kpi.name}>
            <button type="button" onClick={() => onChoose([...cards, kpi.name])}>
              <IconPlus size={15} aria-hidden />
              <span>
                <b>{kpi.label}</b>
                <small>{kpi.asks}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Button variant="subtle" onClick={() => onChoose(USUAL_CARDS)}>
        Back to the usual cards
      </Button>
    </Drawer>
  );
}
