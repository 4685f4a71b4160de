// Chosen things in their order: moved and taken away by buttons, so that a keyboard and a finger can.

import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { moved } from "@/words/moves";
import css from "./Ordered.module.css";

interface Props {
  label: string;
  items: readonly { key: string; title: string }[];
  onOrder: (keys: string[]) => void; // the last one cannot be taken away
}

const TOOL = { variant: "subtle", color: "gray", c: "var(--ink-2)" } as const;

export function Ordered({ label, items, onOrder }: Props) {
  const keys = items.map((item) => item.key);
  return (
    <ol className={css.ordered} aria-label={label}>
      {items.map(({ key, title }, index) => (
        <li key={key}>
          <span>{title}</span>
          <ActionIcon {...TOOL} disabled={index === 0} aria-label={`Move ${title} up`} onClick={() => onOrder(moved(keys, index, index - 1))}>
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon {...TOOL} disabled={index === keys.length - 1} aria-label={`Move ${title} down`} onClick={() => onOrder(moved(keys, index, index + 1))}>
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon {...TOOL} disabled={keys.length === 1} aria-label={`Remove ${title}`} onClick={() => onOrder(keys.filter((one) => one !== key))}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </li>
      ))}
    </ol>
  );
}
