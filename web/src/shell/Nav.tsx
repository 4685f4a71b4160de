// The pages at the left, under the name of the workspace.

import { Link } from "@tanstack/react-router";
import type { SignedIn } from "@/api/session";
import css from "./Nav.module.css";
import { usePages } from "./pages";

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
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What goes along from page to page: the filter, but not what one page alone knows. */
function shared(now: Record<string, unknown>): Record<string, unknown> {
  const { period, compare, scope, filters } = now;
  return { period, compare, scope, filters };
}
