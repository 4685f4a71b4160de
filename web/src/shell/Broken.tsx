// An address that leads nowhere, and a page that failed.

import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";

export function Missing() {
  return (
    <main>
      <Page title="Nothing is here">
        <Empty title="This address leads to no page" action={<ButtonLink to="/" variant="default">To the overview</ButtonLink>}>
          It may have been moved, or mistyped.
        </Empty>
      </Page>
    </main>
  );
}

export function Broken({ error }: ErrorComponentProps) {
  const router = useRouter();
  return <ProblemView error={error} retry={() => void router.invalidate()} />;
}
