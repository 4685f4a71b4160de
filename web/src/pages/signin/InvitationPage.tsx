// Somebody who was invited, or forgot, chooses a password.

import { TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { accept, invited, session } from "@/api/session";
import { ProblemView } from "@/parts/ProblemView";
import { Door, Password, secretOf } from "./Door";

export default function InvitationPage() {
  const secret = secretOf(useRouterState({ select: (state) => state.location.hash }));
  const { data: person, error } = useQuery(invited(secret));
  const [name, setName] = useState<string>();
  const [password, setPassword] = useState("");
  const queries = useQueryClient();
  const router = useRouter();
  const submit = async () => {
    queries.setQueryData(session.queryKey, await accept(secret, password, name ?? person?.name ?? ""));
    router.history.replace("/");
  };
  if (error)
    return (
      <main>
        <ProblemView error={error} />
      </main>
    );
  return (
    <Door title={person ? `Welcome, ${person.name}` : "Welcome"} lead={person?.email} action="Begin" submit={submit}>
      <TextInput label="Your name" size="md" autoComplete="name" value={name ?? person?.name ?? ""} onChange={(event) => setName(event.currentTarget.value)} />
      <Password value={password} onChange={setPassword} chosen />
    </Door>
  );
}
