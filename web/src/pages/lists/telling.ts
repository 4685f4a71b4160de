// What is said of lists: what waits for a refresh, what a change did, what an import would do.

import type { Edited, ListShort, Tiered } from "@/api/lists";
import { counted, showCount } from "@/words/format";

/** `12 changes of target and 3 tiers are`; empty where nothing waits. */
export function waitingText(lists: readonly Pick<ListShort, "name" | "pending">[], tiers: number): string {
  const parts = lists.filter((one) => one.pending > 0).map((one) => `${counted(one.pending, "change")} of ${one.name}`);
  if (tiers > 0) parts.push(counted(tiers, "tier"));
  if (parts.length === 0) return "";
  const whole = lists.reduce((sum, one) => sum + one.pending, tiers);
  return `${joined(parts)} ${whole === 1 ? "is" : "are"}`;
}

/** `2 joined, 1 changed group, 4 already so`. */
export function editedText(edited: Pick<Edited, "joined" | "left" | "moved" | "unchanged">, words: "did" | "will" = "did"): string {
  const did = words === "did";
  const parts = [
    edited.joined && `${showCount(edited.joined)} ${did ? "joined" : "will join"}`,
    edited.left && `${showCount(edited.left)} ${did ? "left" : "will leave"}`,
    edited.moved && `${showCount(edited.moved)} ${did ? "changed" : "will change"} group`,
    edited.unchanged && `${showCount(edited.unchanged)} already so`,
  ];
  return parts.filter(Boolean).join(", ") || "nothing to do";
}

export function tieredText(tiered: Pick<Tiered, "changed" | "unchanged">, words: "did" | "will" = "did"): string {
  const changed = `${counted(tiered.changed, "tier")} ${words === "did" ? "set" : "will be set"}`;
  return tiered.unchanged ? `${changed}, ${showCount(tiered.unchanged)} already so` : changed;
}

const joined = (parts: readonly string[]): string => (parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);

/** Today as a date field writes it, where the reader is. */
export function todayText(now = new Date()): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
