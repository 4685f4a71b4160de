// Inviting somebody, or changing who he is: name, e-mail, role, and which employee he is.

import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeUser, invite, type Link, PEOPLE, type Role, type User } from "@/api/people";
import { ProblemView } from "@/parts/ProblemView";
import css from "./People.module.css";
import { ROLES } from "./words";

interface Props {
  user?: User; // who is changed; nobody: somebody is invited
  onDone: (link?: Link) => void;
}

export function UserForm({ user, onDone }: Props) {
  const [name, setName] = useState(user?.name ?? "");
  const [email, setEmail] = useState(user?.email ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "account_manager");
  const [employee, setEmployee] = useState(user?.employee_id ?? "");
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: async () => {
      if (!user) return invite({ name, email, role, employee_id: employee || null });
      await changeUser(user.id, { name, email, role, employee_id: employee });
      return undefined;
    },
    onSuccess: (link) => {
      void queries.invalidateQueries({ queryKey: [PEOPLE] });
      onDone(link);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <TextInput label="Name" required withAsterisk={false} data-autofocus maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput label="E-mail" type="email" required withAsterisk={false} maxLength={200} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <Select label="Role" allowDeselect={false} value={role} description={ROLES.find((one) => one.value === role)?.sees} data={ROLES.map(({ value, label }) => ({ value, label }))} onChange={(value) => value && setRole(value as Role)} />
      <TextInput label="Employee" description="The id of who that is among the employees; empty: the one with that e-mail." maxLength={200} value={employee} onChange={(event) => setEmployee(event.currentTarget.value)} />
      {send.error && <ProblemView error={send.error} />}
      <Button type="submit" loading={send.isPending}>
        {user ? "Save" : "Invite"}
      </Button>
    </form>
  );
}
