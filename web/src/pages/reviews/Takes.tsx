// A review to take away: on paper, or as a file whose name the server gives.

import { Button, Menu } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import css from "./Reviews.module.css";

const FORMS = [
  ["pdf", "PDF"],
  ["html", "HTML, for a mail"],
  ["xlsx", "Excel"],
  ["md", "Markdown"],
] as const;

export function Takes({ address }: { address: (form: string) => string }) {
  return (
    <span className={css.takes}>
      <Button variant="default" leftSection={<IconPrinter size={15} aria-hidden />} onClick={() => window.print()}>
        Print
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />}>
            Download
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMS.map(([form, label]) => (
            <Menu.Item key={form} component="a" href={address(form)} download>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
