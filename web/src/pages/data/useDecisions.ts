// Deciding and taking back; what is told of matches is asked again after either.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { DATA, type Decided, decide, type Decision, MATCHES, merge, takeApart, takeBack } from "@/api/data";

export interface Said extends Decision {
  merges?: { loser: string; on?: string }; // two accounts that are one, from a day on
  note: string;
}

export function useDecisions() {
  const queries = useQueryClient();
  const again = async () => {
    queries.removeQueries({ queryKey: [DATA, "preview"] });
    await queries.invalidateQueries({ queryKey: MATCHES });
  };
  const write = useMutation({
    mutationFn: ({ merges, note, ...decision }: Said) => (merges && decision.account ? merge(merges.loser, decision.account, merges.on, note) : decide(decision, note)),
    onSuccess: again,
  });
  const undo = useMutation({
    mutationFn: (one: Pick<Decided, "kind" | "value" | "said" | "accepted">) => (one.kind === "account" && one.accepted ? takeApart(one.value) : takeBack(one.said)),
    onSuccess: again,
  });
  return { write, undo };
}
