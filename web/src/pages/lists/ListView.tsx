// One list: its members, and for the target list how they fare against the control group.

import { Tabs } from "@mantine/core";
import type { Lists, ListShort } from "@/api/lists";
import { Compare } from "./Compare";
import type { Put } from "./ListsPage";
import { Members } from "./Members";
import type { ListsSearch, Part } from "./search";

interface Props {
  list: ListShort;
  lists: Lists;
  search: ListsSearch;
  put: Put;
  tell: (told: string) => void;
}

const COMPARED = "target"; // the list whose groups KPIs know

export function ListView(props: Props) {
  if (props.list.name !== COMPARED) return <Members {...props} />;
  return (
    <Tabs value={props.search.part ?? "members"} onChange={(part) => props.put({ part: part === "members" ? undefined : (part as Part) })} keepMounted={false}>
      <Tabs.List aria-label="Parts of this list">
        <Tabs.Tab value="members">Members</Tabs.Tab>
        <Tabs.Tab value="compare">Target against control</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="members" pt="md">
        <Members {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="compare" pt="md">
        <Compare list={props.list} search={props.search} put={props.put} />
      </Tabs.Panel>
    </Tabs>
  );
}
