// All deliveries: each with what, to whom, when and what became of the last one; switched, sent, changed, removed.

import { Button, Group, Modal, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { again, type Delivery, deliveries, removeDelivery, ways } from "@/api/deliveries";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { ProblemView } from "@/parts/ProblemView";
import { DeliveryCard } from "./DeliveryCard";
import { SendNow } from "./SendNow";
import css from "./Settings.module.css";

export function Deliveries({ manages }: { manages: boolean }) {
  const { data, error, refetch } = useQuery(deliveries);
  const { data: known } = useQuery({ ...ways, enabled: manages });
  const [sending, setSending] = useState<Delivery>();
  const [removing, setRemoving] = useState<Delivery>();
  const [told, setTold] = useState("");
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} radius="lg" />;
  if (data.deliveries.length === 0)
    return manages ? (
      <Empty
        title="Nothing is sent by itself yet"
        action={
          <ButtonLink to="/settings" search={{ part: "edit" }}>
            New delivery
          </ButtonLink>
        }
      >
        A review on Monday, a digest of KPIs each month, alerts as they come: to colleagues by mail, to a chat, a folder or a program of yours.
      </Empty>
    ) : (
      <Empty title="Nothing is offered to you yet">Admins and analysts say what is sent regularly. What is open to everybody can be taken here.</Empty>
    );
  return (
    <div className={css.stack}>
      <p role="status" className={css.told}>
        {told}
      </p>
      {data.deliveries.map((one) => (
        <DeliveryCard key={one.id} one={one} ways={known} manages={manages} onSend={() => setSending(one)} onRemove={() => setRemoving(one)} />
      ))}
      {sending && (
        <SendNow
          one={sending}
          onClose={() => setSending(undefined)}
          onSent={() => {
            setSending(undefined);
            setTold(`“${sending.name}” is on its way. What becomes of it stands under What was sent.`);
          }}
        />
      )}
      {removing && <Removing one={removing} onClose={() => setRemoving(undefined)} />}
    </div>
  );
}

function Removing({ one, onClose }: { one: Delivery; onClose: () => void }) {
  const remove = useMutation({
    mutationFn: () => removeDelivery(one.id),
    onSuccess: async () => {
      await again();
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Delete “${one.name}”?`} closeButtonProps={{ "aria-label": "Close" }}>
      <p>It is not sent any more. What was sent stays in the log.</p>
      {remove.error && <ProblemView error={remove.error} />}
      <Group mt="md">
        <Button color="var(--bad)" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
      </Group>
    </Modal>
  );
}
