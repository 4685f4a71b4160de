// What an account's page says, worked out of what the API tells: figures, standing among peers, days, what moved.

import type { AccountDeal, Contact, Entry, Head, Need, Peer } from "@/api/accounts";
import type { Note } from "@/api/boards";
import type { Figure } from "@/words/answer";
import { relativeMove } from "@/words/change";
import { counted, signedValue } from "@/words/format";
import type { Target } from "@/words/pace";
import { isMidnight, isoDay, lastDay, periodLabel } from "@/words/periods";

/** A figure of the head in the form all parts read; undefined where it is unknown in the period. */
export function figureOf(head: Head, kpi: string): Figure | undefined {
  const row = head.figures.find((one) => one.kpi === kpi);
  if (!row) return undefined;
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  const previous = (row.compare as Record<string, { value?: unknown; change?: unknown }> | undefined)?.previous;
  return {
    kpi,
    unit: String(row.unit),
    currency: head.currency,
    period: { label: String(row.period), start: String(row.period_start), end: String(row.period_end), partial: false },
    value: number(row.value),
    n: number(row.n),
    lower: number(row.lower),
    upper: number(row.upper),
    flags: (row.flags as string[] | undefined)?.filter((flag) => flag !== "small_sample") ?? [],
    compare: previous ? { previous: { value: number(previous.value), change: number(previous.change) } } : {},
  };
}

/** The parts of health that moved, those that moved most first. */
export const movedParts = (head: Head) => (head.health?.lines ?? []).filter((line) => Math.abs(line.now - line.before) >= 0.5);

/** Why health is another than before: `adoption +5, support −3`. */
export const whyWords = (head: Head, most = 2): string =>
  movedParts(head)
    .slice(0, most)
    .map((line) => `${partWords(line.name).toLowerCase()} ${signedValue(Math.round(line.now - line.before), { unit: "count" })}`)
    .join(", ");

/** Figures that moved most for their size; what was nothing before comes first. */
export function moversOf(head: Head, most: number): Figure[] {
  const size = (figure: Figure): number => {
    const told = figure.compare.previous;
    if (!told?.change) return 0;
    return told.value === 0 ? Number.POSITIVE_INFINITY : Math.abs(relativeMove(figure, "previous") ?? 0);
  };
  return head.figures
    .map((row) => figureOf(head, String(row.kpi)))
    .filter((figure): figure is Figure => figure !== undefined && size(figure) > 0)
    .sort((a, b) => size(b) - size(a))
    .slice(0, most);
}

/** What the account is, as conditions that benchmarks are of: `segment: ["Enterprise"]`. */
export const attributesOf = (head: Head): Record<string, string[]> =>
  Object.fromEntries(Object.entries(head.account).flatMap(([name, value]) => (typeof value === "string" ? [[name, [value]]] : [])));

export interface Rank {
  better: number; // percent of the others that do worse, by the direction that is good
  words: string;
}

/** Where an account stands among its peers, in words that mean the same whichever direction is good. */
export function rankOf(peer: Peer): Rank | undefined {
  if (peer.percentile === null) return undefined;
  if (peer.value === peer.median) return { better: 50, words: "in the middle" }; // many may be alike: none is better than they
  const better = Math.round(peer.good === "down" ? 100 - peer.percentile : peer.percentile);
  const share = (percent: number) => (percent === 100 ? "all" : `${percent}%`);
  const words = peer.good === "context" ? `higher than ${share(better)}` : better >= 50 ? `better than ${share(better)}` : `worse than ${share(100 - better)}`;
  return { better, words };
}

export const toneOf = (peer: Peer, rank: Rank): "good" | "bad" | "neutral" =>
  peer.good === "context" ? "neutral" : rank.better >= 60 ? "good" : rank.better <= 40 ? "bad" : "neutral";

/** Those to know before a call: first what a figure from elsewhere stands beside, then what is farthest from its peers. */
export function outstanding(peers: readonly Peer[], compared: (kpi: string) => boolean, most: number): Peer[] {
  const far = (peer: Peer) => Math.abs((peer.percentile ?? 50) - 50);
  return peers
    .filter((peer) => peer.value !== null && (compared(peer.kpi) || (far(peer) > 0 && peer.good !== "context")))
    .sort((a, b) => Number(compared(b.kpi)) - Number(compared(a.kpi)) || far(b) - far(a))
    .slice(0, most);
}

/** Targets whose period is not over, the first to end before the others. */
export const running = (targets: readonly Target[]): Target[] =>
  targets.filter((one) => one.pace?.state !== "over").sort((a, b) => a.period.end.localeCompare(b.period.end) || a.kpi.localeCompare(b.kpi));

export const circleOf = (peer: Peer): string =>
  peer.by === null ? "" : `${peer.veiled ? "about " : ""}${peer.n} ${peer.group === null ? "accounts" : `in ${peer.by === "tier" ? "tier " : ""}${peer.group}`}`;

export const NOTE = "note"; // kept here: the timeline of the API tells what the data say
export const TIMED = new Set(["touch", "ticket", "survey", "deal"]); // others stand for a day, a week or a month

/** The day of an entry: in the reader's own time where its hour is told, else in the workspace's; of a month its last. */
export function dayOf({ at, kind }: Pick<Entry, "at" | "kind">): string {
  if (kind === NOTE) return at.slice(0, 10);
  return isoDay(kind === "health" ? lastDay(at) : at, TIMED.has(kind) && !isMidnight(at));
}

/** Entries by day, the newest first; within a day in their order. */
export function byDay(entries: readonly Entry[], locale?: string): { day: string; entries: Entry[] }[] {
  const told = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const day = dayOf(entry);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days].sort(([one], [other]) => other.localeCompare(one)).map(([day, entries]) => ({ day: told.format(new Date(day)), entries }));
}

/** Notes among what happened, each at the head of its day; those older than what is loaded wait for it. */
export function withNotes(entries: readonly Entry[], notes: readonly Note[], more: boolean): Entry[] {
  const time = (entry: Entry) => new Date(entry.at).getTime();
  const oldest = entries.at(-1);
  const told = notes.map((note): Entry => {
    const about = { what: NOTE, title: note.text, contact: null, employee: { id: note.author_id, name: note.author }, amount: null, details: {}, ids: {} };
    return { at: `${note.on}T23:59:59`, kind: NOTE, key: note.id, ...about };
  });
  const shown = more && oldest ? told.filter((note) => time(note) >= time(oldest)) : told;
  return [...shown, ...entries].sort((a, b) => time(b) - time(a));
}

const WEIGHT: Record<string, number> = { champion: 3, decision_maker: 3, economic_buyer: 3, influencer: 1, user: 0, blocker: 0 };

/** Whom to call: who has a say or a part in an open deal, and is close to us; never somebody who left. */
export function toCall(contacts: readonly Contact[], most: number): Contact[] {
  const score = (one: Contact) => (WEIGHT[one.buying_role ?? ""] ?? 0) + (one.deals.length ? 2 : 0) + Math.min(3, (one.points ?? 0) / 5);
  return contacts
    .filter((one) => one.left === null)
    .sort((a, b) => score(b) - score(a))
    .slice(0, most);
}

export interface Branch {
  contact: Contact;
  below: Branch[];
}

/** Who reports to whom; those of whom it is not known stand at the top. A circle is cut where it closes. */
export function treeOf(contacts: readonly Contact[]): Branch[] {
  const known = new Map(contacts.map((one) => [one.contact_id, one]));
  const roots = contacts.filter((one) => !one.reports_to || !known.has(one.reports_to));
  const seen = new Set<string>();
  const branch = (contact: Contact): Branch => {
    seen.add(contact.contact_id);
    const below = contacts.filter((one) => one.reports_to === contact.contact_id && !seen.has(one.contact_id));
    return { contact, below: below.map(branch) };
  };
  const grown = roots.map(branch);
  return [...grown, ...contacts.filter((one) => !seen.has(one.contact_id)).flatMap((one) => (seen.has(one.contact_id) ? [] : [branch(one)]))];
}

/** So many people of a tree from its top, each beneath those above. */
export function topOf(branches: readonly Branch[], most: number): Branch[] {
  let left = most;
  const cut = (some: readonly Branch[]): Branch[] => some.flatMap(({ contact, below }) => (left-- > 0 ? [{ contact, below: cut(below) }] : []));
  return cut(branches);
}

/** People whose name, title, role or mail has all of the words. */
export function foundIn(contacts: readonly Contact[], words: string): Contact[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one: Contact) => [one.name, one.title, one.buying_role?.replaceAll("_", " "), one.email].join(" ").toLowerCase();
  return contacts.filter((one) => wanted.every((word) => text(one).includes(word)));
}

export const roleWords = (role: string | null): string => (role ? sentence(role.replaceAll("_", " ")) : "");

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `last-3-months` → `Last 3 months`; others as everywhere. */
export const spanWords = (period: string): string => (/^(last|this)-/.test(period) ? sentence(period.replaceAll("-", " ")) : periodLabel(period));

/** `adoption_points` → `Adoption`. */
export const partWords = (name: string): string => sentence(name.replace(/_points$/, "").replaceAll("_", " "));

const SLOW = 1.25; // times as long as deals of its kind that were won

/** How long a deal is open, and whether that is longer than usual. */
export function ageWords(deal: Pick<AccountDeal, "age_days" | "pace" | "usual_days">): string {
  if (deal.age_days === null) return "";
  const slow = deal.pace !== null && deal.usual_days !== null && deal.pace >= SLOW;
  return `open for ${counted(deal.age_days, "day")}${slow ? `, usual are ${Math.round(deal.usual_days as number)}` : ""}`;
}

/** That none is open can be said only where deals are known. */
export const noOpenDeal = (needs: readonly Need[] | undefined): string => (needs?.some((need) => need.lacks === "opportunities") ? "Deals are not known here." : "No open deal.");
