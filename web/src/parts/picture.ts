// Charts as a picture that can stand alone: its title above, beneath what it stands on, in the theme's colours.
// It is drawn apart from the page: the same on a phone and a wide screen, and there where the page shows but a small line.

import { type Drawing, frame, type Paint, paintOf } from "./Chart";

export interface Words {
  title: string;
  source: string;
}

const SCALE = 2;
const WIDTH = 960;
const EDGE = 16;
const HEAD = 44;
const PART = 30; // the heading of one of several
const FOOT = 34;
const FONT = "'Inter Variable', system-ui, sans-serif";

export async function picture(drawings: readonly Drawing[], { title, source }: Words): Promise<Blob> {
  const paint = paintOf(document.documentElement);
  const parts = await Promise.all(drawings.map((one) => drawn(one, paint)));
  const headings = drawings.map((one) => (drawings.length > 1 && one.title ? PART : 0));
  const height = drawings.reduce((sum, one, nth) => sum + one.height + (headings[nth] ?? 0), HEAD + FOOT);
  const canvas = Object.assign(document.createElement("canvas"), { width: (WIDTH + 2 * EDGE) * SCALE, height: height * SCALE });
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.scale(SCALE, SCALE);
  const write = (text: string, size: number, weight: number, colour: string, y: number) => {
    pen.font = `${weight} ${size}px ${FONT}`;
    pen.fillStyle = colour;
    pen.fillText(text, EDGE, y, WIDTH);
  };
  pen.fillStyle = paint.surface;
  pen.fillRect(0, 0, WIDTH + 2 * EDGE, height);
  write(title, 15, 600, paint.ink, 28);
  let y = HEAD;
  drawings.forEach((one, nth) => {
    if (headings[nth]) write(one.title ?? "", 13, 560, paint.quiet, y + 18);
    y += headings[nth] ?? 0;
    pen.drawImage(parts[nth] as HTMLCanvasElement, EDGE, y, WIDTH, one.height);
    y += one.height;
  });
  write(source, 11, 400, paint.quiet, height - 13);
  return new Promise((tell, fail) => canvas.toBlob((made) => (made ? tell(made) : fail(new Error("The browser could not draw the picture."))), "image/png"));
}

async function drawn({ draw, height }: Drawing, paint: Paint): Promise<HTMLCanvasElement> {
  const { init } = await import("./charting");
  const chart = init(document.createElement("div"), undefined, { width: WIDTH, height });
  chart.setOption({ ...frame(paint), ...draw(paint), animation: false });
  const canvas = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: paint.surface });
  chart.dispose();
  return canvas;
}
