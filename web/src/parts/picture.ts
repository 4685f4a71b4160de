// A chart as a picture that can stand alone: its title above it, beneath it what it stands on, in the theme's colours.

export interface Words {
  title: string;
  source: string;
}

const SCALE = 2; // as the chart draws itself
const EDGE = 16 * SCALE;
const HEAD = 44 * SCALE;
const FOOT = 34 * SCALE;
const FONT = "'Inter Variable', system-ui, sans-serif";

/** `chart`: its address as data. The content policy lets an image read it, but no request. */
export async function picture(chart: string, { title, source }: Words): Promise<Blob> {
  const drawn = new Image();
  drawn.src = chart;
  await drawn.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: drawn.width + 2 * EDGE, height: drawn.height + HEAD + FOOT });
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  const style = getComputedStyle(document.documentElement);
  const write = (text: string, size: number, weight: number, colour: string, y: number) => {
    pen.font = `${weight} ${size * SCALE}px ${FONT}`;
    pen.fillStyle = style.getPropertyValue(colour).trim();
    pen.fillText(text, EDGE, y, drawn.width);
  };
  pen.fillStyle = style.getPropertyValue("--surface").trim();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(drawn, EDGE, HEAD);
  write(title, 15, 600, "--ink", 28 * SCALE);
  write(source, 11, 400, "--ink-3", canvas.height - 13 * SCALE);
  return new Promise((tell, fail) => canvas.toBlob((made) => (made ? tell(made) : fail(new Error("The browser could not draw the picture."))), "image/png"));
}
