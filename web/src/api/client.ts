// The typed client: paths and parameters come from the API's own description (schema.d.ts), errors become problems.

import createClient from "openapi-fetch";
import { Problem, problemOf, UNREACHABLE } from "./problem";
import type { paths } from "./schema";

export const BASE = "/api/v1";

let csrf = "";

/** What changes something must show that it comes from this page. */
export function keepCsrf(token: string | undefined): void {
  csrf = token ?? "";
}

export const client = createClient<paths>({ baseUrl: "", credentials: "same-origin", querySerializer: { array: { style: "form", explode: true } } });

client.use({
  onRequest({ request }) {
    if (request.method !== "GET" && csrf) request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
});

interface Told {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** The data of a call; what is no success is thrown as a `Problem`. */
export async function told<T>(call: Promise<Told>): Promise<T> {
  let answer: Told;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw UNREACHABLE;
  }
  if (!answer.response.ok) throw problemOf(answer.response.status, answer.error);
  return answer.data as T;
}

/** All pages of a list, one after another. */
export async function everyPage<T extends { next: string | null }>(page: (cursor: string | undefined) => Promise<T>): Promise<T[]> {
  const pages: T[] = [];
  let cursor: string | undefined;
  do {
    const found = await page(cursor);
    pages.push(found);
    cursor = found.next ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

export const isProblem = (error: unknown): error is Problem => error instanceof Problem;
