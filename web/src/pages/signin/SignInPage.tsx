// The door: e-mail and password. Whoever came for a page is led there.

import { TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { session, signIn } from "@/api/session";
import { ownPath } from "@/words/paths";
import { Door, Password } from "./Door";

export default function SignInPage() {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const { data } = useQuery(session);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const queries = useQueryClient();
  const router = useRouter();
  const submit = async () => {
    queries.setQueryData(session.queryKey, await signIn(email, password));
    router.history.push(ownPath(next));
  };
  const lead = data?.needs_setup
    ? "There is no admin yet. The first one comes in by the link that 'accountlens serve' prints when it starts."
    : undefined;
  return (
    <Door title="Sign in" lead={lead} action="Sign in" submit={submit}>
      <TextInput label="E-mail" type="email" size="md" autoComplete="username" required withAsterisk={false} autoFocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <Password value={password} onChange={setPassword} />
    </Door>
  );
}

