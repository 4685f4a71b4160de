// Which cards, in which order: moved by buttons, so that a keyboard and a finger can.

import { Button, Drawer, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { KpiShort } from "@/api/queries";
import { Ordered } from "@/parts/Ordered";
import { found } from "@/words/finding";
import { plainKpi } from "@/words/search";
import css from "./Overview.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  kpis: readonly KpiShort[];
  cards: readonly string[];
  usual: readonly string[];
  onChoose: (cards: readonly string[]) => void;
}

export function Arrange({ opened, onClose, kpis, cards, usual, onChoose }: Props) {
  const [text, setText] = useState("");
  const label = (asked: string) => kpis.find((kpi) => kpi.name === plainKpi(asked))?.label ?? asked;
  const more = found(kpis, text).filter((kpi) => !cards.includes(kpi.name)).slice(0, 12);
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={420} title="Cards of the overview" closeButtonProps={{ "aria-label": "Close" }}>
      <Ordered label="Cards shown" items={cards.map((asked) => ({ key: asked, title: label(asked) }))} onOrder={onChoose} />
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
      <Button variant="subtle" onClick={() => onChoose(usual)}>
        Back to the usual cards
      </Button>
    </Drawer>
  );
}
