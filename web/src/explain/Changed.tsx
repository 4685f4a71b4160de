// What a change is made of, component by component: they add up to it.

import type { Explanation } from "@/api/queries";
import type { Figure } from "@/words/answer";
import { type Good, meaningOf } from "@/words/change";
import { show, signedValue } from "@/words/format";
import css from "./Explain.module.css";

interface Props {
  change: NonNullable<Explanation["change"]>;
  figure: Figure;
  good: Good;
}

const SHOWN = 8;

export function Changed({ change, figure, good }: Props) {
  const most = Math.max(...change.lines.map((line) => Math.abs(line.change)), Number.MIN_VALUE);
  return (
    <section aria-label="What changed">
      <h3>What changed</h3>
      <p className={css.against}>Against {change.against}</p>
      <table className={css.changed}>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Then</th>
            <th scope="col">Now</th>
            <th scope="col">Change</th>
            <td aria-hidden />
          </tr>
        </thead>
        <tbody>
          {change.lines.slice(0, SHOWN).map((line) => (
            <tr key={line.name}>
              <th scope="row">{line.name.replaceAll("_", " ")}</th>
              <td>{show(line.before, figure, true)}</td>
              <td>{show(line.now, figure, true)}</td>
              <td>{signedValue(line.change, figure)}</td>
              <td className={css.bar} aria-hidden>
                <i data-meaning={meaningOf(line.change, good)} data-side={line.change < 0 ? "down" : "up"} style={{ width: `${(Math.abs(line.change) / most) * 50}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {change.lines.length > SHOWN && <p className={css.against}>and {change.lines.length - SHOWN} more that changed less</p>}
    </section>
  );
}
