// How people, roles and what they did are said.

import type { Line, Role, User } from "@/api/people";
import { counted } from "@/words/format";

export const ROLES: readonly { value: Role; label: string; sees: string }[] = [
  { value: "admin", label: "Admin", sees: "Sees every account and may do all." },
  { value: "analyst", label: "Analyst", sees: "Sees every account; defines KPIs, refreshes, decides matches." },
  { value: "manager", label: "Manager", sees: "Sees the accounts of the team and those below them." },
  { value: "account_manager", label: "Account manager", sees: "Sees the accounts owned now and those below them." },
  { value: "viewer", label: "Viewer", sees: "Sees every account and changes nothing." },
];

export const seenBy = (user: User): string => (user.accounts === null ? "All accounts" : (user.why ?? counted(user.accounts, "account")));

export const stateOf = (user: User): string => (!user.active ? "Deactivated" : user.signed_up ? "Active" : "Invited");

/** `user_changed` → `User changed`. */
export function deed(action: string): string {
  const words = action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What changed, from what to what; other details as they are. */
export function detailOf(line: Line, names: ReadonlyMap<string, string>): string {
  const subject = names.get(line.subject) ?? line.subject;
  const more = Object.entries(line.detail).map(([key, value]) => `${key.replaceAll("_", " ")} ${said(value, names)}`);
  return [subject, ...more].filter(Boolean).join(", ");
}

function said(value: unknown, names: ReadonlyMap<string, string>): string {
  if (Array.isArray(value) && value.length === 2) return `${said(value[0], names)} → ${said(value[1], names)}`;
  if (value === null) return "none";
  return names.get(String(value)) ?? String(value);
}

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const moment = (at: string | null): string => (at ? MOMENT.format(new Date(at)) : "–");
