// What a sentence was taken for, part by part; and what of it was not understood.

import type { Reading } from "@/api/queries";
import { partWords } from "@/words/reading";
import css from "./Understood.module.css";

export function Understood({ reading }: { reading: Reading }) {
  return (
    <span className={css.parts}>
      {reading.understood.map((part) => (
        <span key={part.start} className={css.part} title={`“${part.words}”`}>
          {partWords(part)}
        </span>
      ))}
      {reading.unknown.map((part) => (
        <span key={part.start} className={css.unknown}>
          not understood: {part.words}
          {part.other[0] && ` (${part.other[0].label}?)`}
        </span>
      ))}
    </span>
  );
}
