// A delivery written or changed: what, to whom, by which channel and when; faults and the next times told while typing.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { deliveries, ways } from "@/api/deliveries";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { DeliveryForm } from "./DeliveryForm";
import { begun, draftOf } from "./draft";
import type { SettingsSearch } from "./search";

export function EditDelivery({ search }: { search: SettingsSearch }) {
  const known = useQuery(ways);
  const all = useQuery(deliveries);
  const one = search.id ? all.data?.deliveries.find((each) => each.id === search.id) : undefined;
  const title = search.id ? "Edit a delivery" : "New delivery";
  const error = known.error ?? all.error;
  const back = (
    <ButtonLink to="/settings" variant="default">
      All deliveries
    </ButtonLink>
  );
  if (error)
    return (
      <Page title={title}>
        <ProblemView error={error} />
      </Page>
    );
  const ready = known.data && (!search.id || all.data);
  return (
    <Page title={title} lead={one?.name ?? "What is sent, to whom, by which channel and when"} actions={back}>
      {!ready && <Skeleton height={560} radius="lg" />}
      {ready && known.data.channels.length === 0 && (
        <Empty
          title={known.data.faults.length ? "The channels cannot be read" : "There is no channel yet"}
          action={
            <ButtonLink to="/settings" search={{ part: "channels" }}>
              How to add one
            </ButtonLink>
          }
        >
          {known.data.faults.join(" ") || "Whoever runs the server writes one into accountlens.yaml: a mail server, a chat, a webhook, a folder."}
        </Empty>
      )}
      {ready && known.data.channels.length > 0 && search.id && !one && <Empty title="There is no such delivery">It was deleted, or the address is mistyped.</Empty>}
      {ready && known.data.channels.length > 0 && (!search.id || one) && <DeliveryForm key={search.id ?? ""} ways={known.data} first={one ? draftOf(one, known.data) : begun(search, known.data)} id={one?.id} />}
    </Page>
  );
}
