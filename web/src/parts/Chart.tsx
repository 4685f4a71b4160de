// A chart from a specification; its colours are those of the theme, its text a screen reader's.

import { Skeleton, useComputedColorScheme } from "@mantine/core";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "react";

export interface Paint {
  ink: string;
  quiet: string;
  line: string;
  surface: string;
  series: string[];
  heat: [string, string];
}

/** What is drawn, and how high: on the page and in a picture. */
export interface Drawing {
  draw: (paint: Paint) => EChartsCoreOption;
  height: number;
  title?: string; // told where several stand in one picture
}

interface Props extends Drawing {
  label: string;
  onPick?: (place: { series: number; index: number; value: unknown }) => void;
}

/** The theme's colours as they are now. */
export function paintOf(element: Element): Paint {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: colour("--ink-2"),
    quiet: colour("--ink-3"),
    line: colour("--line"),
    surface: colour("--surface"),
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`--chart-${number}`)),
    heat: [colour("--heat-low"), colour("--heat-high")],
  };
}

export function Chart({ draw, label, height, onPick }: Props) {
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const [ready, setReady] = useState(false);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    let gone = false;
    const watch = new ResizeObserver(() => chart.current?.resize());
    void import("./charting").then(({ init }) => {
      if (gone || !box.current) return;
      chart.current = init(box.current);
      chart.current.on("click", (event) =>
        pick.current?.({ series: event.seriesIndex ?? 0, index: event.dataIndex, value: event.value }),
      );
      watch.observe(box.current);
      setReady(true);
    });
    return () => {
      gone = true;
      watch.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const paint = (animation = true) => {
      if (ready && box.current) chart.current?.setOption({ animation, ...frame(paintOf(box.current)), ...draw(paintOf(box.current)) }, true);
    };
    const onPaper = () => {
      paint(false);
      chart.current?.getZr().flush(); // the printer does not wait
    };
    paint();
    const paper = window.matchMedia("print");
    paper.addEventListener("change", onPaper);
    return () => paper.removeEventListener("change", onPaper);
  }, [ready, draw, scheme]);

  return (
    <div style={{ position: "relative", height }}>
      {!ready && <Skeleton height={height} style={{ position: "absolute", inset: 0 }} />}
      <div ref={box} style={{ height }} role="img" aria-label={label} />
    </div>
  );
}

/** What all charts share. */
export function frame(paint: Paint): EChartsCoreOption {
  return {
    color: paint.series,
    animationDuration: 200,
    textStyle: { fontFamily: "'Inter Variable', system-ui, sans-serif", color: paint.ink },
    grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", backgroundColor: paint.surface, borderColor: paint.line, textStyle: { color: paint.ink, fontSize: 12 } },
  };
}
