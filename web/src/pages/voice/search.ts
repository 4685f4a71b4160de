// What the address says beside the filter: which score is looked at, split by what, and whose comments.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const SURVEYS = ["nps", "csat", "ces"] as const;
export const SCORES = [...SURVEYS, "response_rate"] as const;
export type Survey = (typeof SURVEYS)[number];
export type ScoreName = (typeof SCORES)[number];

export interface VoiceSearch extends PageSearch {
  score?: ScoreName;
  by?: string;
  survey?: Survey;
}

export const VOICE_DEFAULTS = { period: "last-12-months" } as const;

export const readVoice = (words: Record<string, unknown>): VoiceSearch =>
  without({ ...readPage(words), score: oneOf(words.score, SCORES), by: one(words.by), survey: oneOf(words.survey, SURVEYS) });
