// The pages at the left, under the name of the workspace.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { alertCount } from "@/api/alerts";
import type { SignedIn } from "@/api/session";
import css from "./Nav.module.css";
import { usePages } from "./pages";
import { counted, showCount } from "@/words/format";

const MOST = 99; // more are told as that many and more

export function Nav({ session }: { session: SignedIn }) {
  return (
    <nav className={css.nav} aria-label="Pages">
      <div className={css.brand}>
        <img src="/icon.svg" alt="" width={28} height={28} />
        <div className={css.names}>
          <b>{session.workspace.name}</b>
          <span>accountlens</span>
        </div>
      </div>
      <ul className={css.list}>
        {usePages().map((page) => (
          <li key={page.to}>
            <Link to={page.to} search={(now) => shared(now)} className={css.link} activeOptions={{ exact: page.to === "/", includeSearch: false }} preload="intent">
              <page.icon size={18} stroke={1.7} aria-hidden />
              {page.label}
              {page.to === "/alerts" && session.snapshot && <Waiting />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** How many alerts are open. */
function Waiting() {
  const { data } = useQuery(alertCount);
  if (!data?.open) return null;
  return (
    <span className={css.waiting} data-severe={data.high > 0 || undefined}>
      <span aria-hidden>{data.open > MOST ? `${MOST}+` : showCount(data.open)}</span>
      <span className="unseen">{counted(data.open, "open alert")}</span>
    </span>
  );
}

/** What goes along from page to page: the filter, but not what one page alone knows. */
function shared(now: Record<string, unknown>): Record<string, unknown> {
  const { period, compare, scope, filters } = now;
  return { period, compare, scope, filters };
}
