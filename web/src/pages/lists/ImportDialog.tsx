// Accounts for a list, or tiers, from a file or pasted.

import { Select, Switch, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Edited, type Group, importList, importTiers, LISTS, type Tiered } from "@/api/lists";
import { Import } from "@/parts/Import";
import { dateText } from "@/words/periods";
import { editedText, tieredText, todayText } from "./telling";

const EXAMPLE = "account, joined_at, group\nacme.com, 2026-10-01, target";
const TIERS_EXAMPLE = "account, tier, valid_from\nacme.com, A, 2026-10-01";

interface Props {
  list?: string; // without: tiers are imported
  onClose: () => void;
  onDone: (told: string) => void;
}

export function ImportDialog({ list, onClose, onDone }: Props) {
  const [on, setOn] = useState(todayText);
  const [group, setGroup] = useState<Group>("target");
  const [replace, setReplace] = useState(false);
  const queries = useQueryClient();
  const send = (text: string, check: boolean): Promise<Edited | Tiered> => {
    const body = { text, on, check };
    return list ? importList(list, { ...body, replace, group: list === "target" ? group : null }) : importTiers(body);
  };
  return (
    <Import
      title={list ? `Import into ${list}` : "Import tiers"}
      label="Accounts"
      description={list ? "One a line: id, domain or name. Or CSV with headings: account, joined_at, left_at, group." : "CSV with headings: account (id, domain or name), tier, and valid_from where it is not the day above."}
      example={list ? EXAMPLE : TIERS_EXAMPLE}
      more={
        <>
          <TextInput type="date" label="From, where a row says no day" required withAsterisk={false} value={on} onChange={(event) => setOn(event.currentTarget.value)} />
          {list === "target" && <Select label="Group, where a row says none" data={["target", "control"]} value={group} onChange={(value) => value && setGroup(value as Group)} />}
        </>
      }
      options={list && <Switch size="xs" label="Whoever is not named here leaves the list that day" checked={replace} onChange={(event) => setReplace(event.currentTarget.checked)} />}
      circumstances={`${on} ${group} ${replace}`}
      ready={on !== ""}
      closing="It counts in figures from the next refresh on."
      send={send}
      said={(told) => toldText(told, "will")}
      onSaved={(told) => {
        void queries.invalidateQueries({ queryKey: [LISTS] });
        onDone(`${list ?? "Tiers"}: ${toldText(told, "did")}, from ${dateText(on)} on where a row says no day.`);
      }}
      onClose={onClose}
    />
  );
}

const toldText = (told: Edited | Tiered, words: "did" | "will"): string => ("joined" in told ? editedText(told, words) : tieredText(told, words));
