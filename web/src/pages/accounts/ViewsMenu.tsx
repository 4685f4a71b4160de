// Views: ready ones, one's own and those others share; what is shown can be kept under a name.

import { Button, Checkbox, Menu, Modal, TextInput } from "@mantine/core";
import { IconBookmark, IconCheck, IconLink, IconTrash, IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { dropView, keepView, savedViews } from "@/api/accounts";
import type { Catalog } from "@/api/queries";
import { isSignedIn, session } from "@/api/session";
import { ProblemView } from "@/parts/ProblemView";
import css from "./Accounts.module.css";
import type { AccountsSearch } from "./search";
import { readyViews, shows, stateOf, type ViewState, wordsOf } from "./views";

const PAGE = "accounts";

interface Props {
  catalog: Catalog;
  search: AccountsSearch;
  onShow: (state: ViewState) => void;
}

export function ViewsMenu({ catalog, search, onShow }: Props) {
  const { data: saved = [] } = useQuery(savedViews(PAGE));
  const queries = useQueryClient();
  const [naming, setNaming] = useState(false);
  const drop = useMutation({ mutationFn: dropView, onSettled: () => queries.invalidateQueries({ queryKey: savedViews(PAGE).queryKey }) });
  const ready = readyViews(catalog);
  const now = saved.find((view) => shows(search, stateOf(view.state)))?.name ?? ready.find((view) => shows(search, view.state))?.name;
  const tick = (name: string) => <IconCheck size={15} aria-hidden visibility={name === now ? "visible" : "hidden"} />;
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={300}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={15} aria-hidden />}>
            {now ?? "Views"}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Ready</Menu.Label>
          {ready.map((view) => (
            <Menu.Item key={view.name} leftSection={tick(view.name)} onClick={() => onShow(view.state)}>
              {view.name}
              <small className={css.about}>{view.about}</small>
            </Menu.Item>
          ))}
          {saved.length > 0 && <Menu.Label>Saved</Menu.Label>}
          {saved.map((view) => (
            <Menu.Item key={view.id} leftSection={tick(view.name)} rightSection={view.shared ? <IconUsers size={14} aria-label="shared" /> : undefined} onClick={() => onShow(stateOf(view.state))}>
              {view.name}
              {!view.mine && <small className={css.about}>by {view.owner}</small>}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconBookmark size={15} aria-hidden />} onClick={() => setNaming(true)}>
            Save this view …
          </Menu.Item>
          <Menu.Item leftSection={<IconLink size={15} aria-hidden />} onClick={() => void navigator.clipboard?.writeText(window.location.href)}>
            Copy its address
          </Menu.Item>
          {saved
            .filter((view) => view.mine && view.name === now)
            .map((view) => (
              <Menu.Item key={view.id} color="var(--bad)" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => drop.mutate(view.id)}>
                Remove “{view.name}”
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} title="Save this view" centered size="sm" closeButtonProps={{ "aria-label": "Close" }}>
        <Naming search={search} onDone={() => setNaming(false)} />
      </Modal>
    </>
  );
}

function Naming({ search, onDone }: { search: AccountsSearch; onDone: () => void }) {
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const { data: person } = useQuery(session);
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () => keepView({ page: PAGE, name: name.trim(), state: wordsOf(search), shared }),
    onSuccess: (told) => {
      queries.setQueryData(savedViews(PAGE).queryKey, told.views);
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
      <TextInput label="Name" data-autofocus required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} description="Columns, order, filters and period are kept. The same name replaces it." />
      {mayShare && <Checkbox label="Everybody here may use it" description="Each sees only the accounts he may see." checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />}
      {keep.error && <ProblemView error={keep.error} />}
      <Button type="submit" loading={keep.isPending}>
        Save
      </Button>
    </form>
  );
}
