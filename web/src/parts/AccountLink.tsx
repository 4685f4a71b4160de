// An account's name: the one place where it becomes a door to its page.

import { Link } from "@tanstack/react-router";
import css from "./AccountLink.module.css";

const UNMATCHED = "(unmatched)"; // no account, so no page

interface Props {
  id: string;
  name: string | null;
}

export function AccountLink({ id, name }: Props) {
  if (id === UNMATCHED) return <span className="quiet">rows of no account</span>;
  return (
    <Link to="/accounts/$id" params={{ id }} className={css.link} title={id} preload={false}>
      {name ?? id}
    </Link>
  );
}
