// An account's name: the one place where it becomes a door to its page.

interface Props {
  id: string;
  name: string | null;
}

export function AccountLink({ id, name }: Props) {
  return <b title={id}>{name ?? id}</b>;
}
