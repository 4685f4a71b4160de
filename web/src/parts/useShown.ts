// Brings a part into sight when something else on the page changed what it shows.

import { type RefObject, useEffect, useRef } from "react";

/** For the element that shows it; `key` says what is shown. Nothing scrolls when the page is first opened. */
export function useShown(key: string): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const shown = useRef(key);
  useEffect(() => {
    if (shown.current !== key) element.current?.scrollIntoView({ block: "nearest" });
    shown.current = key;
  }, [key]);
  return element;
}
