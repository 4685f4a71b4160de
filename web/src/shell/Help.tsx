// The keys, on `?`.

import { Kbd, Modal } from "@mantine/core";
import css from "./Help.module.css";
import { usePages } from "./pages";

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" centered>
      <dl className={css.keys}>
        <Row keys={["/"]}>Ask, or find an account or a page</Row>
        {usePages().map((page) => (
          <Row key={page.to} keys={["g", page.letter]}>
            {page.label}
          </Row>
        ))}
        <Row keys={["↑", "↓", "←", "→"]}>Walk through a table</Row>
        <Row keys={["Esc"]}>Close what is open</Row>
        <Row keys={["?"]}>These keys</Row>
      </dl>
    </Modal>
  );
}

function Row({ keys, children }: { keys: string[]; children: string }) {
  return (
    <div className={css.row}>
      <dt>
        {keys.map((key) => (
          <Kbd key={key} size="sm">
            {key}
          </Kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
