// When a schedule comes next, as it is typed.

import type { Tried } from "@/api/deliveries";
import css from "./Settings.module.css";
import { zonedText } from "./words";

export function Coming({ tried, fading }: { tried: Tried | undefined; fading: boolean }) {
  return (
    <div className={css.coming} aria-live="polite" data-fading={fading || undefined}>
      {tried && tried.coming.length > 0 && (
        <>
          <p>
            {tried.when} <span className="quiet">by the clock of {tried.time_zone}</span>
          </p>
          <ol aria-label="The next times">
            {tried.coming.map((at) => (
              <li key={at}>{zonedText(at, tried.time_zone)}</li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
