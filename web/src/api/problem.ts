// What went wrong, as the API tells it (problem+json): what, where, and how to mend it.

export interface FieldFault {
  where: string; // the field, as `rule.when.threshold.below`
  what: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number, // 0: the server did not answer
    readonly title: string,
    readonly detail?: string,
    readonly where?: string,
    readonly mend?: string,
    readonly faults: readonly FieldFault[] = [], // of what was sent, field by field
    readonly engine?: string, // the warehouse that has the rows, where who asks may have it asked
  ) {
    super(detail ?? title);
    this.name = "Problem";
  }

  get signedOut(): boolean {
    return this.status === 401;
  }

  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

export const UNREACHABLE = new Problem(
  0,
  "The server does not answer",
  "accountlens was stopped, is restarting, or the connection was lost.",
  undefined,
  "Start it with 'accountlens serve'. This page goes on by itself as soon as it answers.",
);

const text = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

/** Whatever an answer that is no success says, as a problem. */
export function problemOf(status: number, body: unknown): Problem {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const title = text(told.title) ?? (status === 401 ? "Please sign in" : `The server answered ${status}`);
  const engine = told.may_ask === true ? text(told.engine) : undefined;
  return new Problem(status, title, text(told.detail), text(told.where), text(told.mend), Array.isArray(told.faults) ? told.faults : [], engine);
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(-1, "This page could not be shown", error instanceof Error ? error.message : String(error));
