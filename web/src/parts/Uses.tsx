// What names a KPI: told before it goes or gets another name.

import type { Use } from "@/api/composing";

export function Uses({ title, uses }: { title: string; uses: readonly Use[] }) {
  return (
    <>
      <p>{title}</p>
      <ul aria-label={title}>
        {uses.map((one) => (
          <li key={one.kind}>
            {one.kind}: {[...one.names, ...(one.hidden ? [`${one.hidden} that you do not see`] : [])].join(", ")}
          </li>
        ))}
      </ul>
    </>
  );
}
