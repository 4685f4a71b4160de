// A composed KPI may be changed and removed by whoever defines KPIs.

import { Button, Modal } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { definitionsChanged, removeKpi } from "@/api/composing";
import type { Definition } from "@/api/queries";
import { ButtonLink } from "@/parts/ButtonLink";
import { ProblemView } from "@/parts/ProblemView";

export function Own({ kpi }: { kpi: Definition }) {
  const [asked, setAsked] = useState(false);
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => removeKpi(kpi.name),
    onSuccess: async () => {
      await navigate({ to: "/catalog" });
      await definitionsChanged();
    },
  });
  return (
    <>
      <ButtonLink to="/catalog/$name/edit" params={{ name: kpi.name }} variant="default" leftSection={<IconPencil size={15} aria-hidden />}>
        Change
      </ButtonLink>
      <Button variant="default" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => setAsked(true)}>
        Remove
      </Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title={`Remove ${kpi.label}?`} closeButtonProps={{ "aria-label": "Close" }}>
        <p>Nobody can ask it any more. Its file goes; the data it was computed from stays.</p>
        {remove.error && <ProblemView error={remove.error} />}
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove it
        </Button>
      </Modal>
    </>
  );
}
