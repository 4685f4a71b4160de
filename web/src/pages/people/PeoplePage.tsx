// People: users and the audit log for an admin, API tokens for everybody.

import { useQuery } from "@tanstack/react-query";
import { isSignedIn, session } from "@/api/session";
import { Page } from "@/parts/Page";
import { Audit } from "./Audit";
import { Tokens } from "./Tokens";
import { Users } from "./Users";

export default function PeoplePage() {
  const { data } = useQuery(session);
  if (!data || !isSignedIn(data)) return null;
  const may = (right: (typeof data.rights)[number]) => data.rights.includes(right);
  return (
    <Page title="People" lead={data.why ?? `You are ${data.user.role_label.toLowerCase()} of ${data.workspace.name}.`}>
      {may("manage_users") && <Users />}
      {may("own_tokens") && <Tokens scopes={data.token_scopes} />}
      {may("read_audit") && <Audit />}
    </Page>
  );
}
