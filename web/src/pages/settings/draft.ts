// A delivery while it is written: as the form holds it, and as the API takes it.

import type { Delivery, Typed, Ways } from "@/api/deliveries";
import { fieldsOf } from "./schema";
import { begunWith, type SettingsSearch } from "./search";

export interface Draft {
  name: string;
  kind: string;
  options: Record<string, unknown>;
  schedule: string;
  channel: string;
  to: string[];
  audience: string | null;
  open: boolean;
}

/** What a kind is sent with unless somebody says otherwise. */
export function usualOptions(kind: string, ways: Ways): Record<string, unknown> {
  const known = ways.kinds.find((one) => one.kind === kind);
  const fields = known ? fieldsOf(known.options) : [];
  return Object.fromEntries(fields.filter((field) => field.usual !== undefined && field.usual !== null).map((field) => [field.key, field.usual]));
}

export function begun(search: SettingsSearch, ways: Ways): Draft {
  const kind = ways.kinds.some((one) => one.kind === search.kind) ? (search.kind as string) : "kpis";
  const [first] = ways.channels;
  return { name: search.name ?? "", kind, options: { ...usualOptions(kind, ways), ...begunWith(search) }, schedule: "every Monday 08:00", channel: first?.name ?? "", to: [], audience: null, open: true };
}

export function draftOf(one: Delivery, ways: Ways): Draft {
  const known = new Map(ways.people.map((person) => [person.id, person.email]));
  const to = (one.to ?? []).map((each) => each.recipient);
  const outside = (one.to ?? []).find((each) => !each.recipient.startsWith("user:"));
  return {
    name: one.name,
    kind: one.kind,
    options: { ...one.options },
    schedule: one.schedule,
    channel: one.channel,
    to: to.filter((key) => key !== "channel").map((key) => (key.startsWith("user:") ? (known.get(key.slice(5)) ?? key.slice(5)) : key.replace(/^to:/, ""))),
    audience: outside?.seen_as ?? null,
    open: one.open,
  };
}

export const isAddressed = (draft: Draft, ways: Ways): boolean => ways.channels.find((one) => one.name === draft.channel)?.addressed ?? true;

/** Whether somebody gets it who does not sign in here, so that it must be said whose accounts he is shown. */
export function needsAudience(draft: Draft, ways: Ways): boolean {
  const known = new Set(ways.people.flatMap((person) => [person.email, person.id]));
  return !isAddressed(draft, ways) || draft.to.some((one) => !known.has(one.trim().toLowerCase()) && !known.has(one));
}

/** Empty options are left out, as what stands for nothing. */
export function typedOf(draft: Draft, ways: Ways, id?: string): Typed {
  const { to, audience, options, ...rest } = draft;
  return {
    ...rest,
    ...(id ? { id } : {}),
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== "" && value !== null && value !== undefined)),
    to: isAddressed(draft, ways) ? to : [],
    audience: needsAudience(draft, ways) ? audience : null,
  };
}
