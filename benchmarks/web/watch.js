// Notes when what was asked for is painted. It looks in every frame; a time is the first moment after that frame's paint.
(() => {
  const SKELETON = ".mantine-Skeleton-root, [data-waits]";
  const ROW_PX = 40;
  const numbers = () => {
    const section = document.querySelector('section[aria-label="Figures"]');
    const cards = [...(section?.querySelectorAll("article") ?? [])];
    return cards.length > 0 && !section.hasAttribute("data-fading") && cards.every((card) => card.querySelector('button[aria-label$="Explain"]'));
  };
  const whole = () => numbers() && document.querySelector('section[aria-label="What moved most"]') !== null && !document.querySelector(`main ${SKELETON}, main [data-fading]`);
  const span = () => document.querySelector("h1")?.nextElementSibling?.textContent;

  const painted = (holds) =>
    new Promise((tell) => {
      const look = () => {
        if (!holds()) return requestAnimationFrame(look);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => tell(performance.now());
        port2.postMessage(0);
      };
      requestAnimationFrame(look);
    });

  const grid = () => document.querySelector('table[role="grid"]')?.parentElement;
  const inSight = () => {
    const first = Math.floor(grid().scrollTop / ROW_PX);
    const last = first + Math.floor((grid().clientHeight - 2 * ROW_PX) / ROW_PX);
    return [...grid().querySelectorAll("tbody tr[aria-rowindex]")].filter((row) => row.ariaRowIndex - 2 >= first && row.ariaRowIndex - 2 <= last);
  };
  const arrived = () => {
    const rows = grid() ? inSight() : [];
    return rows.length > 3 && rows.every((row) => !row.matches(SKELETON) && !row.querySelector(SKELETON));
  };

  window.bench = {
    ready: painted(numbers),
    whole: painted(whole),
    rows: painted(arrived),
    /** From the next click until the figures of another span of days are painted. */
    change() {
      const before = span();
      return new Promise((tell) => {
        const clicked = (click) => void painted(() => numbers() && span() !== before).then((at) => tell(at - click.timeStamp));
        addEventListener("click", clicked, { capture: true, once: true });
      });
    },
    /** From a jump of the scroll bar until every row in sight is there. */
    async jump(share) {
      const begun = performance.now();
      grid().scrollTop = share * (grid().scrollHeight - grid().clientHeight);
      return (await painted(arrived)) - begun;
    },
    /** Times between frames from now on, and in how many of them a row in sight was not there yet. */
    roll() {
      const found = { frames: [], empty: 0, top: 0 };
      let [last, goes] = [0, true];
      const step = (now) => {
        if (last) found.frames.push(now - last);
        if (!arrived()) found.empty += 1;
        last = now;
        if (goes) requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
      window.bench.stop = () => {
        goes = false;
        found.top = grid().scrollTop;
        return found;
      };
    },
  };
})();
