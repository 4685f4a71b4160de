// Sending once beside the schedule: first what each recipient would get, then the word.

import { Button, Group, Modal } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { again, type Delivery, previewOf, runDelivery } from "@/api/deliveries";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { Previews } from "./Previews";

interface Props {
  one: Delivery;
  onClose: () => void;
  onSent: () => void;
}

export function SendNow({ one, onClose, onSent }: Props) {
  const { data, error } = useQuery({ queryKey: ["preview", one.id], queryFn: () => previewOf(one.id), gcTime: 0, staleTime: 0 });
  const send = useMutation({
    mutationFn: () => runDelivery(one.id),
    onSuccess: () => {
      void again();
      onSent();
    },
  });
  const reached = data?.previews.filter((each) => each.why === null || each.why === undefined).length;
  return (
    <Modal opened onClose={onClose} size="lg" title={`Send “${one.name}” now`} closeButtonProps={{ "aria-label": "Close" }}>
      {error ? <ProblemView error={error} /> : <Previews previews={data?.previews} />}
      {send.error && <ProblemView error={send.error} />}
      <Group mt="md">
        <Button disabled={!reached} loading={send.isPending} onClick={() => send.mutate()}>
          {reached === undefined ? "Send" : `Send to ${counted(reached, "recipient")}`}
        </Button>
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
      </Group>
    </Modal>
  );
}
