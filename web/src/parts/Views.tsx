// Views of a page: ready ones, one's own and those others share; what is shown can be kept under a name.

import { Button, Checkbox, Menu, Modal, TextInput } from "@mantine/core";
import { IconBookmark, IconCheck, IconLink, IconMailFast, IconTrash, IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { dropView, keepView, savedViews } from "@/api/boards";
import { isSignedIn, session } from "@/api/session";
import { sameWords } from "@/words/search";
import { ProblemView } from "./ProblemView";
import css from "./Views.module.css";

export interface ReadyView {
  name: string;
  about: string;
  words: string;
}

interface Props {
  page: string;
  words: string; // what is shown, as the page's address says it
  ready?: readonly ReadyView[];
  keeps: string; // what a view holds, in a sentence
  empty?: boolean; // there is nothing yet to be kept
  onShow: (words: string) => void;
}

export function Views({ page, words, ready = [], keeps, empty = false, onShow }: Props) {
  const { data: saved = [] } = useQuery(savedViews(page));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: person } = useQuery(session);
  const sends = person !== undefined && isSignedIn(person) && person.rights.includes("manage_deliveries");
  const [naming, setNaming] = useState(false);
  const drop = useMutation({ mutationFn: dropView, onSettled: () => queries.invalidateQueries({ queryKey: savedViews(page).queryKey }) });
  const now = saved.find((view) => sameWords(view.state, words)) ?? ready.find((view) => sameWords(view.words, words));
  const tick = (view: object) => <IconCheck size={15} aria-hidden visibility={view === now ? "visible" : "hidden"} />;
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={300}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={15} aria-hidden />}>
            {now?.name ?? "Views"}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ready.length > 0 && <Menu.Label>Ready</Menu.Label>}
          {ready.map((view) => (
            <Menu.Item key={view.name} leftSection={tick(view)} onClick={() => onShow(view.words)}>
              {view.name}
              <small className={css.about}>{view.about}</small>
            </Menu.Item>
          ))}
          {saved.length > 0 && <Menu.Label>Saved</Menu.Label>}
          {saved.map((view) => (
            <Menu.Item key={view.id} leftSection={tick(view)} rightSection={view.shared ? <IconUsers size={14} aria-label="shared" /> : undefined} onClick={() => onShow(view.state)}>
              {view.name}
              {!view.mine && <small className={css.about}>by {view.owner}</small>}
            </Menu.Item>
          ))}
          {ready.length + saved.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<IconBookmark size={15} aria-hidden />} disabled={empty} onClick={() => setNaming(true)}>
            Save this view …
          </Menu.Item>
          <Menu.Item leftSection={<IconLink size={15} aria-hidden />} onClick={() => void navigator.clipboard?.writeText(window.location.href)}>
            Copy its address
          </Menu.Item>
          {now && "shared" in now && now.shared && sends && (
            <Menu.Item leftSection={<IconMailFast size={15} aria-hidden />} onClick={() => void navigate({ to: "/settings", search: { part: "edit", kind: "view", name: now.name, view: now.id } as never })}>
              Send regularly …
            </Menu.Item>
          )}
          {saved
            .filter((view) => view.mine && view === now)
            .map((view) => (
              <Menu.Item key={view.id} color="var(--bad)" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => drop.mutate(view.id)}>
                Remove “{view.name}”
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} title="Save this view" centered size="sm" closeButtonProps={{ "aria-label": "Close" }}>
        <Naming page={page} words={words} keeps={keeps} onDone={() => setNaming(false)} />
      </Modal>
    </>
  );
}

function Naming({ page, words, keeps, onDone }: Pick<Props, "page" | "words" | "keeps"> & { onDone: () => void }) {
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const { data: person } = useQuery(session);
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () => keepView({ page, name: name.trim(), state: words, shared }),
    onSuccess: (told) => {
      queries.setQueryData(savedViews(page).queryKey, told.views);
      onDone();
    },
  });
  const mayShare = person !== undefined && isSignedIn(person) && person.rights.includes("edit_dashboards");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) keep.mutate();
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <TextInput label="Name" data-autofocus required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} description={`${keeps} The same name replaces it.`} />
      {mayShare && <Checkbox label="Everybody here may use it" description="Each sees only the accounts he may see." checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />}
      {keep.error && <ProblemView error={keep.error} />}
      <Button type="submit" loading={keep.isPending}>
        Save
      </Button>
    </form>
  );
}
