// One's own API tokens: made, shown once, revoked.

import { Button, NumberInput, Select, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { makeToken, PEOPLE, revokeToken, type Scope, type Token, tokens } from "@/api/people";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import css from "./People.module.css";
import { Secret } from "./Secret";
import { moment } from "./words";

const DAYS = 90;
const SCOPES: Record<Scope, string> = { read: "Read", write: "Read and change", admin: "All an admin may" };

export function Tokens({ scopes }: { scopes: readonly Scope[] }) {
  const { data, error, refetch } = useQuery(tokens);
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("read");
  const [days, setDays] = useState<number | string>(DAYS);
  const again = () => queries.invalidateQueries({ queryKey: [PEOPLE] });
  const make = useMutation({ mutationFn: () => makeToken({ name, scope, days: Number(days) || DAYS }), onSuccess: () => setName(""), onSettled: again });
  const revoke = useMutation({ mutationFn: revokeToken, onSettled: again });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const columns: Column<Token>[] = [
    { key: "name", title: "Name", cell: (token) => token.name },
    { key: "scope", title: "May", cell: (token) => SCOPES[token.scope] },
    { key: "made", title: "Made", cell: (token) => moment(token.created_at) },
    { key: "until", title: "Until", cell: (token) => (token.expires_at ? moment(token.expires_at) : "revoked") },
    { key: "used", title: "Last used", cell: (token) => moment(token.used_at) },
    {
      key: "do",
      title: "Revoke",
      cell: (token) => (
        <Button size="compact-xs" variant="subtle" color="var(--bad)" aria-label={`Revoke ${token.name}`} onClick={() => revoke.mutate(token.id)}>
          Revoke
        </Button>
      ),
    },
  ];
  const problem = error ?? make.error ?? revoke.error;
  return (
    <Panel title="API tokens" note="For programs that ask in your name. A token sees what you see.">
      <form className={css.bar} onSubmit={submit}>
        <TextInput label="Name" placeholder="What uses it" required withAsterisk={false} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select label="May" allowDeselect={false} value={scope} data={scopes.map((value) => ({ value, label: SCOPES[value] }))} onChange={(value) => value && setScope(value as Scope)} />
        <NumberInput label="Days" min={1} max={3650} w={110} value={days} onChange={setDays} />
        <Button type="submit" loading={make.isPending}>
          Make
        </Button>
      </form>
      {make.data && <Secret label={`Token “${make.data.name}”`} about="Shown this once. Sent as Authorization: Bearer …" value={make.data.secret} />}
      {problem && <ProblemView error={problem} retry={error ? () => void refetch() : undefined} />}
      {!data && !error && <Skeleton height={120} radius="md" />}
      {data?.length === 0 && <Empty title="No token yet" small />}
      {data && data.length > 0 && <DataTable label="API tokens" columns={columns} count={data.length} row={(index) => data[index]} rowKey={(token) => token.id} />}
    </Panel>
  );
}
