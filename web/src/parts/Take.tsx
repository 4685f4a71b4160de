// What is shown, to take away: a table as CSV, a chart as PNG.

import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconDownload, IconPhoto } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { takeAway } from "@/api/exports";
import { isSignedIn, session } from "@/api/session";
import { download } from "@/words/listing";
import { dateText, lastDay, periodLabel } from "@/words/periods";
import { scopeWords } from "@/words/scopes";
import type { PageSearch } from "@/words/search";
import type { Drawing } from "./Chart";
import { picture } from "./picture";

interface Props {
  label: string; // read aloud: what is taken
  name: string; // of the file, without its ending
}

/** What a picture stands on, where the address says something else. */
interface Stands {
  words: readonly (string | undefined)[]; // its period, its conditions
  snapshot?: { id: string; as_of: string };
}

interface Listed extends Props {
  csv: () => string | Blob | Promise<string | Blob>; // a blob: made by the server, which has noted it
}

interface Drawn extends Props {
  title?: string; // of the picture, where it says more
  stands?: Stands;
  drawings: readonly Drawing[];
}

export function TakeCsv(props: Listed) {
  return <TakeButton label={props.label} form="CSV" icon={<IconDownload size={14} aria-hidden />} take={() => takeCsv(props)} />;
}

export function TakePng(props: Drawn) {
  return <TakeButton label={props.label} form="PNG" icon={<IconPhoto size={14} aria-hidden />} take={useTakePng(props)} />;
}

interface Taking {
  label: string;
  form: string;
  icon: ReactNode;
  take: () => Promise<void>;
}

/** What could not be taken says so in its place, and why on pointing at it. */
function TakeButton({ label, form, icon, take }: Taking) {
  const { mutate, error } = useMutation({ mutationFn: take });
  const why = error ? `${label} was not taken as ${form}: ${error.message}` : undefined;
  return (
    <Button size="xs" variant="subtle" flex="none" color={why && "red"} leftSection={icon} onClick={() => mutate()} aria-label={why ?? `${label} as ${form}`} title={why}>
      {why ? `No ${form}` : form}
    </Button>
  );
}

type Both = Listed & Drawn;

/** Both as items of a menu, which is closed when one was taken; no picture of what has no drawing. */
export function TakeItems({ onTaken, ...both }: Both & { onTaken: () => void }) {
  const png = useTakePng(both);
  return (
    <>
      {both.drawings.length > 0 && <TakeItem label="Picture (PNG)" form="PNG" icon={<IconPhoto size={15} aria-hidden />} take={png} onTaken={onTaken} />}
      <TakeItem label="Numbers (CSV)" form="CSV" icon={<IconDownload size={15} aria-hidden />} take={() => takeCsv(both)} onTaken={onTaken} />
    </>
  );
}

function TakeItem({ label, form, icon, take, onTaken }: Taking & { onTaken: () => void }) {
  const { mutate, error } = useMutation({ mutationFn: take, onSuccess: onTaken });
  return (
    <Menu.Item closeMenuOnClick={false} color={error ? "var(--bad)" : undefined} leftSection={icon} maw={280} onClick={() => mutate()}>
      {error ? `No ${form}: ${error.message}` : label}
    </Menu.Item>
  );
}

/** The same behind three dots, where buttons would be in the way. */
export function TakeMenu({ className, ...both }: Both & { className?: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <Menu position="bottom-end" shadow="md" withinPortal opened={opened} onChange={setOpened}>
      <Menu.Target>
        <ActionIcon className={className} variant="subtle" color="gray" c="var(--ink-3)" size="sm" aria-label={`Menu of ${both.label}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <TakeItems {...both} onTaken={() => setOpened(false)} />
      </Menu.Dropdown>
    </Menu>
  );
}

async function takeCsv({ label, name, csv }: Listed): Promise<void> {
  const content = await csv();
  if (typeof content === "string") await takeAway({ name: `${name}.csv`, title: label, content });
  else download(`${name}.csv`, content);
}

function useTakePng({ label, name, title = label, stands, drawings }: Drawn): () => Promise<void> {
  const source = useSource(stands);
  return async () => takeAway({ name: `${name}.png`, title: label, content: await picture(drawings, { title, source }) });
}

/** Whose data, of which period and filters, until when. */
function useSource(stands?: Stands): string {
  const { data } = useQuery(session);
  const search = useRouterState({ select: (state) => state.matches.at(-1)?.search ?? {} }) as PageSearch;
  const person = data && isSignedIn(data) ? data : undefined;
  const snapshot = stands?.snapshot ?? person?.snapshot;
  const filters = Object.entries(search.filters ?? {}).map(([name, values]) => `${name.replace(/_id$/, "").replaceAll("_", " ")}: ${values.join(", ")}`);
  const words = stands?.words ?? [search.period && periodLabel(search.period), scopeWords(search.scope), ...filters, search.where];
  return [person?.workspace.name, ...words, snapshot && `data to ${dateText(lastDay(snapshot.as_of))}`, snapshot && `snapshot ${snapshot.id}`].filter(Boolean).join(" · ");
}
