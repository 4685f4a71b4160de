// Who may sign in, with which role, and what each sees; inviting, changing, letting out.

import { ActionIcon, Button, Menu, Modal, Skeleton } from "@mantine/core";
import { IconDots, IconLink, IconPencil, IconUserCheck, IconUserOff, IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeUser, type Link, linkAgain, PEOPLE, type User, users } from "@/api/people";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import css from "./People.module.css";
import { Secret } from "./Secret";
import { UserForm } from "./UserForm";
import { moment, seenBy, stateOf } from "./words";

type Doing = { kind: "invite" } | { kind: "change"; user: User } | { kind: "link"; link: Link };

export function Users() {
  const { data, error, refetch } = useQuery(users);
  const [doing, setDoing] = useState<Doing>();
  const queries = useQueryClient();
  const again = useMutation({ mutationFn: (user: User) => linkAgain(user.id), onSuccess: (link) => setDoing({ kind: "link", link }), onSettled: () => queries.invalidateQueries({ queryKey: [PEOPLE] }) });
  const turn = useMutation({
    mutationFn: (user: User) => changeUser(user.id, { active: !user.active }),
    onSettled: () => queries.invalidateQueries({ queryKey: [PEOPLE] }),
  });
  const columns: Column<User>[] = [
    { key: "name", title: "Name", cell: (user) => user.name },
    { key: "email", title: "E-mail", cell: (user) => user.email },
    { key: "role", title: "Role", cell: (user) => user.role_label },
    { key: "sees", title: "Sees", cell: (user) => <span title={seenBy(user)}>{seenBy(user)}</span> },
    { key: "state", title: "State", cell: stateOf },
    {
      key: "do",
      title: "Change",
      cell: (user) => <Doings user={user} onChange={() => setDoing({ kind: "change", user })} onLink={() => again.mutate(user)} onTurn={() => turn.mutate(user)} />,
    },
  ];
  const problem = error ?? again.error ?? turn.error;
  const close = () => setDoing(undefined);
  const titles = { invite: "Invite somebody", change: "Change a user", link: "A link to pass on" };
  return (
    <Panel
      title="Users"
      note={data && `${counted(data.filter((user) => user.active).length, "person", "people")} may sign in`}
      actions={
        <Button leftSection={<IconUserPlus size={15} aria-hidden />} onClick={() => setDoing({ kind: "invite" })}>
          Invite
        </Button>
      }
    >
      {problem && <ProblemView error={problem} retry={error ? () => void refetch() : undefined} />}
      {!data && !error && <Skeleton height={220} radius="md" />}
      {data && <DataTable label="Users" columns={columns} count={data.length} row={(index) => data[index]} rowKey={(user) => user.id} />}
      <Modal opened={doing !== undefined} onClose={close} title={doing && titles[doing.kind]} centered closeButtonProps={{ "aria-label": "Close" }}>
        {doing?.kind === "link" && (
          <div className={css.form}>
            <Secret label="Link" about={`Works once, until ${moment(doing.link.expires_at)}. Whoever has it chooses the password.`} value={doing.link.link} />
          </div>
        )}
        {doing && doing.kind !== "link" && <UserForm user={doing.kind === "change" ? doing.user : undefined} onDone={(link) => setDoing(link && { kind: "link", link })} />}
      </Modal>
    </Panel>
  );
}

interface DoingsProps {
  user: User;
  onChange: () => void;
  onLink: () => void;
  onTurn: () => void;
}

function Doings({ user, onChange, onLink, onTurn }: DoingsProps) {
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Change ${user.name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} onClick={onChange}>
          Change …
        </Menu.Item>
        <Menu.Item leftSection={<IconLink size={15} aria-hidden />} disabled={!user.active} onClick={onLink}>
          New link for a password
        </Menu.Item>
        <Menu.Item leftSection={user.active ? <IconUserOff size={15} aria-hidden /> : <IconUserCheck size={15} aria-hidden />} color={user.active ? "var(--bad)" : undefined} onClick={onTurn}>
          {user.active ? "Deactivate: out at once" : "Let in again"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
