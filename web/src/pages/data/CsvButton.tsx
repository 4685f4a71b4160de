// Takes along what is seen.

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import css from "./Data.module.css";

export function CsvButton({ onClick, title }: { onClick: () => void; title?: string }) {
  return (
    <Button className={css.firm} size="xs" variant="subtle" leftSection={<IconDownload size={14} aria-hidden />} title={title} onClick={onClick}>
      CSV
    </Button>
  );
}
