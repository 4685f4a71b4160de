// One account: typed, looked up, chosen.

import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { accountsLike } from "@/api/queries";

const MOST = 8;
const WAIT_MS = 180;

interface Props {
  label: string;
  value: string | undefined;
  name?: string;
  onChoose: (id: string | undefined) => void;
}

export function AccountChoice({ label, value, name, onChoose }: Props) {
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), WAIT_MS);
  const { data } = useQuery({ ...accountsLike(settled, MOST), enabled: settled.length > 0 });
  const found = data?.account_id.map((id, index) => ({ value: id, label: `${data.name[index] ?? id} (${id})` })) ?? [];
  const mine = value && !found.some((one) => one.value === value) ? [{ value, label: name ? `${name} (${value})` : value }] : [];
  return (
    <Select
      label={label}
      placeholder="Find by name, domain or id"
      searchable
      clearable
      w={280}
      value={value ?? null}
      data={[...mine, ...found]}
      filter={({ options }) => options}
      onSearchChange={setText}
      onChange={(id) => onChoose(id ?? undefined)}
      nothingFoundMessage={settled ? "No account is like that" : "Type a part of its name"}
      clearButtonProps={{ "aria-label": `No ${label.toLowerCase()}` }}
    />
  );
}
