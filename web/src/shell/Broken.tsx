// An address that leads nowhere, and a page that failed.

import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { ProblemView } from "@/parts/ProblemView";

export function Missing() {
  return (
    <Empty title="Nothing is here" action={<ButtonLink to="/" variant="default">To the overview</ButtonLink>}>
      This address leads to no page. It may have been moved, or mistyped.
    </Empty>
  );
}

export function Broken({ error }: ErrorComponentProps) {
  const router = useRouter();
  return <ProblemView error={error} retry={() => void router.invalidate()} />;
}
