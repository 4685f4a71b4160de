// Figures of a review as a table: as reported, or each beside what is known now and why it differs.

import type { Restated, Review, ReviewFigure } from "@/api/reviews";
import { Tag } from "@/parts/Tag";
import { flagWords } from "@/words/flags";
import { show, showCount, showInterval } from "@/words/format";
import { FigureDoor } from "./FigureDoor";
import css from "./Reviews.module.css";
import { difference, moodOf, verdictOf } from "./telling";

interface Props {
  label: string;
  figures: readonly ReviewFigure[];
  review: Review;
}

export function FigureTable({ label, figures, review }: Props) {
  const year = review.cadence !== "annual" && figures.some((one) => one.year_ago !== null);
  const goal = figures.some((one) => one.goal);
  return (
    <div className={css.wide} tabIndex={0} role="region" aria-label={`${label}: figures`}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">KPI</th>
            <th scope="col">{review.period_name}</th>
            <th scope="col">{review.before_name}</th>
            <th scope="col">Change</th>
            {year && <th scope="col">On a year ago</th>}
            {goal && <th scope="col">Target</th>}
          </tr>
        </thead>
        <tbody>
          {figures.map((one) => (
            <tr key={one.asked.kpi}>
              <th scope="row">
                {one.label}
                <small>{one.flags.map(flagWords).join(". ")}</small>
              </th>
              <td>
                <Value figure={one} currency={review.currency} />
              </td>
              <td>{show(one.before, { unit: one.unit, currency: review.currency })}</td>
              <td>
                <span className={css.change} data-meaning={moodOf(one)}>
                  {difference(one.change, one.unit, review.currency)}
                </span>
                <small>{verdictOf(one)}</small>
              </td>
              {year && <td>{difference(one.year_change, one.unit, review.currency)}</td>}
              {goal && (
                <td>
                  {one.goal && show(one.goal.value, { unit: one.unit, currency: review.currency })}
                  <small>{one.goal && difference(one.goal.change, one.unit, review.currency)}</small>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ figure, currency }: { figure: ReviewFigure; currency: string }) {
  const look = { unit: figure.unit, currency };
  const between = showInterval(figure.lower, figure.upper, look);
  return (
    <>
      <FigureDoor figure={figure} label={`${figure.label}: ${show(figure.value, look)}`}>
        <b>{show(figure.value, look)}</b>
      </FigureDoor>
      <small>{between && `${between}${figure.n === null ? "" : `, n = ${showCount(figure.n)}`}`}</small>
    </>
  );
}

/** Side by side; those that are others by now are marked (where not `all` are), with the reason. */
export function BesideTable({ label, figures, review, known, all }: Props & { known: ReadonlyMap<string, Restated>; all?: boolean }) {
  return (
    <div className={css.wide} tabIndex={0} role="region" aria-label={`${label}: as reported and known now`}>
      <table className={css.table} data-beside>
        <thead>
          <tr>
            <th scope="col">KPI</th>
            <th scope="col">As reported</th>
            <th scope="col">Known now</th>
            <th scope="col">Difference</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {figures.map((one) => (
            <Beside key={one.asked.kpi} figure={one} restated={known.get(one.asked.kpi)} marked={!all} currency={review.currency} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Beside({ figure, restated, marked, currency }: { figure: ReviewFigure; restated?: Restated; marked: boolean; currency: string }) {
  const look = { unit: figure.unit, currency };
  const now = restated ? show(restated.now, look) : "the same";
  return (
    <tr data-restated={(marked && restated !== undefined) || undefined}>
      <th scope="row">
        {figure.label} {marked && restated && <Tag tone="warn">restated</Tag>}
      </th>
      <td>
        <FigureDoor figure={figure} label={`${figure.label}, as reported: ${show(figure.value, look)}`}>
          {show(figure.value, look)}
        </FigureDoor>
      </td>
      <td>
        <FigureDoor figure={figure} now label={`${figure.label}, known now: ${now}`}>
          {restated ? <b>{now}</b> : <span className="quiet">{now}</span>}
        </FigureDoor>
      </td>
      <td>{restated ? difference(restated.change, figure.unit, currency) : ""}</td>
      <td className={css.why}>{restated?.words.join(" ")}</td>
    </tr>
  );
}
