// The keys that work everywhere: `/` asks, `g` and a letter goes, `?` tells the keys.

import { useEffect } from "react";

export type Key = { kind: "ask" } | { kind: "help" } | { kind: "go"; letter: string };

const TYPING = "input, textarea, select, [contenteditable=true], [role=combobox]";
const WAIT_MS = 1200; // between `g` and its letter

/** What a key means, and whether `g` was pressed before it. */
export function meaningOf(key: string, waiting: boolean): Key | "wait" | null {
  if (waiting && /^[a-z]$/.test(key)) return { kind: "go", letter: key };
  if (key === "g") return "wait";
  if (key === "/") return { kind: "ask" };
  return key === "?" ? { kind: "help" } : null;
}

export function useKeys(act: (key: Key) => void): void {
  useEffect(() => {
    let waitsUntil = 0;
    const listen = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest(TYPING);
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const meant = meaningOf(event.key, Date.now() < waitsUntil);
      waitsUntil = meant === "wait" ? Date.now() + WAIT_MS : 0;
      if (meant === null || meant === "wait") return;
      event.preventDefault();
      act(meant);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [act]);
}
