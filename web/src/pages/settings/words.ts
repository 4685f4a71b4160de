// How deliveries, channels and what became of a sending are said.

import type { Delivery, Sending, Status } from "@/api/deliveries";
import type { Tone } from "@/parts/Tag";
import { counted } from "@/words/format";
import type { OptionField } from "./schema";

const KINDS: Record<string, string> = { kpis: "Digest of KPIs", view: "Saved view", dashboard: "Dashboard", review: "Review", alerts: "New alerts" };
const CHANNELS: Record<string, string> = { smtp: "mail", slack: "Slack", teams: "Teams", webhook: "webhook", folder: "folder" };

export const kindWords = (kind: string): string => KINDS[kind] ?? kind.replaceAll("_", " ");
export const channelWords = (type: string): string => CHANNELS[type] ?? type;

/** A moment by the clock of a zone: `Mon, 30 Nov, 08:00`. */
export function zonedText(moment: string, zone: string): string {
  return new Date(moment).toLocaleString(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone });
}

export const isRetried = (one: Sending): boolean => one.status === "waiting" && one.tries > 0;

const STATES: Record<Status, { label: string; tone?: Tone }> = {
  waiting: { label: "about to be sent" },
  claimed: { label: "being made" },
  sending: { label: "being sent" },
  sent: { label: "sent", tone: "good" },
  nothing: { label: "nothing to tell" },
  skipped: { label: "skipped", tone: "warn" },
  failed: { label: "failed", tone: "bad" },
  unknown: { label: "may have arrived", tone: "warn" },
  dropped: { label: "left at that" },
};

export const stateOf = (one: Sending): { label: string; tone?: Tone } => (isRetried(one) ? { label: "tried again", tone: "warn" } : STATES[one.status]);

/** What a person does about it; nothing where nothing is to be done. */
export function remedyOf(one: Sending): string {
  if (isRetried(one)) return `Tried ${counted(one.tries, "time")}. It is sent again by itself.`;
  if (one.status === "failed") return "It surely did not arrive, and is not tried any more. Mend the reason, then send it again.";
  if (one.status === "unknown") return "The connection broke after the mail was handed over, so nobody can tell. Ask the recipient; send it again only where it did not come.";
  if (one.status === "skipped") return "Nothing is to be done; the next one comes by its schedule.";
  return "";
}

/** Options in a line, in the order of their kind's fields. */
export function optionsText(one: Delivery, fields: readonly OptionField[], kpi: (name: string) => string): string {
  const said = (field: OptionField, value: unknown): string => {
    const words = Array.isArray(value) ? value.map(String) : [String(value)];
    return field.input === "kpis" ? words.map(kpi).join(", ") : `${field.title.toLowerCase()} ${words.join(", ")}`;
  };
  return fields
    .map((field) => [field, one.options?.[field.key]] as const)
    .filter(([, value]) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
    .map(([field, value]) => said(field, value))
    .join(" · ");
}
