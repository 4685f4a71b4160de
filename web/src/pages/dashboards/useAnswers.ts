// The answers of all tiles: asked together where that is the same work, alone where being together made them fail.

import { useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { asProblem } from "@/api/problem";
import { answerOf } from "@/api/queries";
import type { Answer } from "@/words/answer";
import { type Asking, batchesOf, partOf } from "./asking";

export interface TileAnswer {
  answer?: Answer;
  error?: unknown;
  fading: boolean; // the answer is that of the question before
  retry: () => void;
}

/** Refused for what is asked, not because the server is busy or gone: one KPI may have spoiled it for the others. */
const refused = (error: unknown): boolean => {
  const { status } = asProblem(error);
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
};

export function useAnswers(asked: readonly Asking[]): ReadonlyMap<string, TileAnswer> {
  const batches = useMemo(() => batchesOf(asked), [asked]);
  const together = useQueries({ queries: batches.map((batch) => plain(batch.question)) });
  const spoilt = batches.flatMap((batch, index) => (batch.ids.length > 1 && refused(together[index]?.error) ? batch.ids : []));
  const alone = asked.filter((one) => spoilt.includes(one.id));
  const apart = useQueries({ queries: alone.map((one) => plain(one.question)) });
  const shown = useRef(new Map<string, { shape: string; answer: Answer }>());

  const found = new Map<string, TileAnswer>();
  for (const { id, question } of asked) {
    const single = alone.findIndex((one) => one.id === id);
    const place = batches.findIndex((batch) => batch.ids.includes(id));
    const result = single >= 0 ? apart[single] : together[place];
    const kpis = single >= 0 ? question.kpis : (batches[place]?.question.kpis ?? []);
    const answer = result?.data && partOf(result.data, kpis, question.kpis);
    const shape = JSON.stringify([question.kpis, question.by]);
    const before = shown.current.get(id);
    if (answer) shown.current.set(id, { shape, answer });
    const earlier = !answer && !result?.error && before?.shape === shape ? before.answer : undefined;
    found.set(id, { answer: answer ?? earlier, error: result?.error ?? undefined, fading: earlier !== undefined, retry: () => void result?.refetch() });
  }
  return found;
}

/** Without the answer to another question in the meantime: which batch stands at which place changes. */
const plain = (question: Asking["question"]) => ({ ...answerOf(question), placeholderData: undefined });
