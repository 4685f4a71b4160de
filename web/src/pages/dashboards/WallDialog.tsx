// Which dashboards a wall shows, and how long each.

import { Button, Checkbox, Modal, NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { boards } from "@/api/boards";
import css from "./Board.module.css";
import { secondsOf } from "./search";

interface Props {
  id: string;
  onStart: (every: number, next: string[]) => void;
  onClose: () => void;
}

export function WallDialog({ id, onStart, onClose }: Props) {
  const { data: all = [] } = useQuery(boards);
  const [chosen, setChosen] = useState<readonly string[]>([id]);
  const [every, setEvery] = useState<number | string>(30);
  const start = () => {
    void document.documentElement.requestFullscreen?.().catch(() => undefined); // where the browser lets us
    onStart(secondsOf(String(every)), chosen.length > 1 ? [...chosen] : []);
  };
  return (
    <Modal opened onClose={onClose} title="Show on a wall" closeButtonProps={{ "aria-label": "Close" }}>
      <div className={css.form}>
        <p className={css.stands}>Large, without anything around it; kept awake where the browser can. Escape ends it.</p>
        <Checkbox.Group label="One after another" value={[...chosen]} onChange={setChosen}>
          <div className={css.form} style={{ gap: 6, marginTop: 6 }}>
            {all.map((one) => (
              <Checkbox key={one.id} value={one.id} label={one.name} disabled={one.id === id} />
            ))}
          </div>
        </Checkbox.Group>
        <NumberInput label="Seconds each" min={5} max={3600} value={every} onChange={setEvery} />
        <Button onClick={start}>Begin</Button>
      </div>
    </Modal>
  );
}
