// A page that was asked for on paper opens the printer's window once it has what it prints.

import { useIsFetching } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

const SETTLED_MS = 350; // what follows from what came is asked within it

export function usePrint(wanted: boolean, ready: boolean): void {
  const fetching = useIsFetching();
  const navigate = useNavigate();
  const done = useRef(false);
  useEffect(() => {
    if (!wanted) done.current = false;
    if (!wanted || !ready || fetching > 0 || done.current) return;
    const later = setTimeout(() => {
      done.current = true;
      window.print();
      void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, print: undefined }), replace: true });
    }, SETTLED_MS);
    return () => clearTimeout(later);
  }, [wanted, ready, fetching, navigate]);
}
