// Who is signed in, coming in and going out. The session is asked again now and then: it tells of a new snapshot.

import { queryOptions } from "@tanstack/react-query";
import { keepZone } from "@/words/periods";
import { BASE, client, keepCsrf, told } from "./client";
import type { components } from "./schema";

export type Session = components["schemas"]["Session"];
export type Person = NonNullable<Session["user"]>;

/** The session of somebody who is signed in, with what every page shows of it. */
export interface SignedIn extends Session {
  user: Person;
  workspace: { name: string; currency: string; time_zone: string; fiscal_year_starts: number };
  snapshot: { id: string; as_of: string } | null;
}

const AGAIN_MS = 60_000;

export const isSignedIn = (session: Session): session is SignedIn => session.user !== null;

function kept(session: Session): Session {
  keepCsrf(session.csrf ?? undefined);
  if (isSignedIn(session)) keepZone(session.workspace.time_zone);
  return session;
}

export const session = queryOptions({
  queryKey: ["session"] as const,
  queryFn: async ({ signal }) => kept(await told<Session>(client.GET("/api/v1/session", { signal }))),
  staleTime: AGAIN_MS / 2,
  refetchInterval: AGAIN_MS,
});

export const signIn = async (email: string, password: string) =>
  kept(await told<Session>(client.POST("/api/v1/session", { body: { email, password } })));

export const setUp = async (body: components["schemas"]["SetUp"]) =>
  kept(await told<Session>(client.POST("/api/v1/setup", { body })));

export const invited = (secret: string) =>
  queryOptions({
    queryKey: ["invited", secret] as const,
    queryFn: () => told<Person>(client.GET("/api/v1/invitations/{secret}", { params: { path: { secret } } })),
    retry: false,
  });

export const accept = async (secret: string, password: string, name: string) =>
  kept(
    await told<Session>(
      client.POST("/api/v1/invitations/{secret}", { params: { path: { secret } }, body: { password, name: name || null } }),
    ),
  );

export async function signOut(): Promise<void> {
  await told(client.DELETE("/api/v1/session"));
  keepCsrf(undefined);
}

/** Whether the server runs: any answer at all will do. */
export async function healthy(): Promise<boolean> {
  try {
    await fetch(`${BASE}/health`, { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
