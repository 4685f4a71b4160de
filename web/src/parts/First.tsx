// The first of a long list, and a button that brings the rest.

import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { showCount } from "@/words/format";
import css from "./First.module.css";

/** `most` is no limit for one or two more: a button is as long as they are. */
export function useFirst<T>(all: readonly T[], most: number, what: string): [readonly T[], ReactNode] {
  const [whole, setWhole] = useState(false);
  const fits = whole || all.length <= most + 2;
  const more = fits ? undefined : <More count={all.length} what={what} onMore={() => setWhole(true)} />;
  return [fits ? all : all.slice(0, most), more];
}

export function More({ count, what, onMore }: { count: number; what: string; onMore: () => void }) {
  return (
    <Button variant="subtle" size="compact-sm" className={css.more} onClick={onMore}>
      Show all {showCount(count)} {what}
    </Button>
  );
}
