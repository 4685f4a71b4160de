// What would go to whom, as plain text; a mail holds the same as a page, with its pictures.

import { Skeleton } from "@mantine/core";
import type { Parcel } from "@/api/deliveries";
import css from "./Settings.module.css";

export function Previews({ previews }: { previews: readonly Parcel[] | undefined }) {
  if (!previews) return <Skeleton height={260} radius="md" aria-label="Making what would be sent" />;
  return (
    <ul className={css.previews} aria-label="What would be sent">
      {previews.map((one) => (
        <li key={`${one.who} ${one.audience}`}>
          <p>
            <b>{one.who}</b> <span className="quiet">sees {one.audience}</span>
          </p>
          {one.why ? (
            <p className="quiet">Nothing would be sent: {one.why}</p>
          ) : (
            <>
              <p>{one.subject}</p>
              <pre tabIndex={0} aria-label={`Text for ${one.who}`}>
                {one.text}
              </pre>
              {one.files.length > 0 && <p className="quiet">With {one.files.join(", ")}</p>}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
