// An account's name: the one place where it becomes a door to its page.

import { Link } from "@tanstack/react-router";
import css from "./AccountLink.module.css";

interface Props {
  id: string;
  name: string | null;
}

export function AccountLink({ id, name }: Props) {
  return (
    <Link to="/accounts/$id" params={{ id }} className={css.link} title={id} preload={false}>
      {name ?? id}
    </Link>
  );
}
