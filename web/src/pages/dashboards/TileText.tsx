// A text on a dashboard: paragraphs, lists, headings, bold; nothing else, and never HTML.

import { Fragment, type ReactNode } from "react";
import css from "./Tile.module.css";

export function TileText({ text }: { text: string }) {
  const blocks = text.trim().split(/\n\s*\n/);
  return <div className={css.text}>{blocks.map((block, index) => <Block key={`${index} ${block}`} block={block} />)}</div>;
}

function Block({ block }: { block: string }): ReactNode {
  const lines = block.split("\n");
  if (lines.every((line) => /^[-*] /.test(line)))
    return (
      <ul>
        {lines.map((line) => (
          <li key={line}>{bold(line.slice(2))}</li>
        ))}
      </ul>
    );
  const heading = /^#{1,3} (.*)$/.exec(block);
  return heading ? <h3>{bold(heading[1] as string)}</h3> : <p>{bold(block)}</p>;
}

const bold = (text: string): ReactNode[] =>
  text.split(/\*\*(.+?)\*\*/).map((part, index) => (index % 2 ? <b key={`${index} ${part}`}>{part}</b> : <Fragment key={`${index} ${part}`}>{part}</Fragment>));
