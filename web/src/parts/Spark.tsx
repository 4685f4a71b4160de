// A small line over its own range, not from zero: it shows the shape, the number beside it the size.

import css from "./Spark.module.css";

interface Props {
  values: readonly (number | null)[];
  label: string; // what it shows, for who does not see it
  width?: number;
  height?: number;
  lines?: readonly number[]; // values from elsewhere, as dashed lines across it
  lastPartial?: boolean; // the last period is not over: drawn dashed
}

const EDGE = 3;

/** How far down a value lies, where the range of these reaches over the whole height. */
export function heightOf(values: readonly (number | null)[], height: number): (value: number) => number {
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return (value) => (high === low ? height / 2 : height - EDGE - ((value - low) / (high - low)) * (height - 2 * EDGE));
}

/** Points of the line, by unbroken stretch: an unknown period is a gap, never a zero. */
export function stretches(values: readonly (number | null)[], width: number, height: number, y = heightOf(values, height)): [number, number][][] {
  const step = values.length > 1 ? (width - 2 * EDGE) / (values.length - 1) : 0;
  const found: [number, number][][] = [];
  let open: [number, number][] = [];
  values.forEach((value, index) => {
    if (value === null) {
      if (open.length) found.push(open);
      open = [];
    } else open.push([EDGE + index * step, y(value)]);
  });
  return open.length ? [...found, open] : found;
}

const path = (points: readonly [number, number][]): string =>
  points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

export function Spark({ values, label, width = 120, height = 36, lines: across = [], lastPartial = false }: Props) {
  const y = heightOf([...values, ...across], height);
  const lines = stretches(values, width, height, y);
  const last = lines.at(-1);
  const end = last?.at(-1);
  const bridges = lines.slice(1).map((points, index) => [lines[index]?.at(-1), points[0]] as [number, number][]); // over what is unknown
  const tail = lastPartial && last && last.length > 1 ? last.slice(-2) : null;
  return (
    <svg className={css.spark} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {lines.map((points, index) => {
        const whole = tail && index === lines.length - 1 ? points.slice(0, -1) : points;
        const [first, final] = [points[0] as [number, number], points.at(-1) as [number, number]];
        return (
          <g key={`${first[0]}`}>
            <path className={css.area} d={`${path(points)}L${final[0].toFixed(1)} ${height}L${first[0].toFixed(1)} ${height}Z`} />
            <path className={css.line} d={path(whole)} vectorEffect="non-scaling-stroke" />
          </g>
        );
      })}
      {bridges.map((points) => (
        <path key={`${points[0]}`} className={css.bridge} d={path(points)} vectorEffect="non-scaling-stroke" />
      ))}
      {lines
        .filter((points) => points.length === 1)
        .map(([point]) => (
          <path key={`${point}`} className={css.end} d={`M${point?.[0]} ${point?.[1]}h0.01`} vectorEffect="non-scaling-stroke" />
        ))}
      {across.map((value) => (
        <path key={value} className={css.across} d={`M0 ${y(value).toFixed(1)}H${width}`} vectorEffect="non-scaling-stroke" />
      ))}
      {tail && <path className={css.tail} d={path(tail)} vectorEffect="non-scaling-stroke" />}
      {end && <path className={css.end} d={`M${end[0]} ${end[1]}h0.01`} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
