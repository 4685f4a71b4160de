// The application for somebody signed in; a new snapshot renews what is shown, an ended session leads to the door.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isSignedIn, session } from "@/api/session";
import { Shell } from "./Shell";

export function Inside() {
  const { data } = useQuery(session);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const href = useRouterState({ select: (state) => state.location.href });
  const shown = useRef(data?.snapshot?.id);
  const snapshot = data?.snapshot?.id;
  const out = data !== undefined && !isSignedIn(data);

  useEffect(() => {
    if (out) void navigate({ to: "/sign-in", search: { next: href === "/" ? undefined : href } });
  }, [out, href, navigate]);
  useEffect(() => {
    if (snapshot && shown.current && snapshot !== shown.current)
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    shown.current = snapshot as string | undefined;
  }, [snapshot, queries]);

  return data && isSignedIn(data) ? <Shell session={data} /> : null;
}
