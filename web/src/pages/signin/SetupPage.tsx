// The first admin, by the link that was printed at the first start.

import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { session, setUp } from "@/api/session";
import { Door, Password, secretOf } from "./Door";

export default function SetupPage() {
  const hash = useRouterState({ select: (state) => state.location.hash });
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const queries = useQueryClient();
  const router = useRouter();
  const submit = async () => {
    queries.setQueryData(session.queryKey, await setUp({ secret: secretOf(hash), email, name, password }));
    router.history.replace("/");
  };
  return (
    <Door title="Welcome" lead="You are the first here, and its admin. Others come in by links that you make." action="Begin" submit={submit}>
      <TextInput label="Your name" size="md" autoComplete="name" required withAsterisk={false} autoFocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput label="E-mail" type="email" size="md" autoComplete="username" required withAsterisk={false} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <Password value={password} onChange={setPassword} chosen />
    </Door>
  );
}
