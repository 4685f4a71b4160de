// A composed KPI may be changed and removed by whoever defines KPIs.

import { Button, Modal } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { definitionsChanged, removeKpi, usesOf } from "@/api/composing";
import type { Definition } from "@/api/queries";
import { ButtonLink } from "@/parts/ButtonLink";
import { ProblemView } from "@/parts/ProblemView";
import { Uses } from "@/parts/Uses";

export function Own({ kpi }: { kpi: Definition }) {
  const [asked, setAsked] = useState(false);
  const navigate = useNavigate();
  const uses = useQuery({ ...usesOf(kpi.name), enabled: asked });
  const holding = uses.data?.uses.filter((one) => one.holds) ?? [];
  const losing = uses.data?.uses.filter((one) => !one.holds) ?? [];
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
        {holding.length > 0 && <Uses title="It is used, so it stays. Take it from these first:" uses={holding} />}
        {losing.length > 0 && <Uses title="These show the rest without it, and say that it is gone:" uses={losing} />}
        {(remove.error || uses.error) && <ProblemView error={remove.error ?? uses.error} />}
        <Button color="red" loading={remove.isPending} disabled={!uses.data || holding.length > 0} onClick={() => remove.mutate()}>
          Remove it
        </Button>
      </Modal>
    </>
  );
}
