// A rule that is chosen: what it is, how often it was right; changed and removed from here.

import { Button, Modal } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ALERTS, type KeptRule, removeRule } from "@/api/alerts";
import { FactList } from "@/parts/Interval";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Alerts.module.css";
import type { Put } from "./AlertsPage";
import { BackTest } from "./BackTest";
import { routeText } from "./rules";

interface Props {
  kept: KeptRule;
  outcomes: Record<string, string>;
  mayEdit: boolean;
  put: Put;
}

export function RuleDetail({ kept: { id, rule, says, changed_at }, outcomes, mayEdit, put }: Props) {
  const [removing, setRemoving] = useState(false);
  const outcome = rule.outcome && `${outcomes[rule.outcome.what] ?? rule.outcome.what} within ${counted(rule.outcome.within_days ?? 90, "day")}`;
  return (
    <Panel
      title={rule.label}
      note={says}
      actions={
        mayEdit && (
          <span className={css.acts}>
            <Button size="xs" variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => put({ edit: id })}>
              Edit
            </Button>
            <Button size="xs" variant="default" aria-label={`Remove ${rule.label}`} onClick={() => setRemoving(true)}>
              <IconTrash size={14} aria-hidden />
            </Button>
          </span>
        )
      }
    >
      {rule.about && <p className={css.about}>{rule.about}</p>}
      <FactList
        facts={[
          ["Told to", routeText(rule.route)],
          ["Not again within", counted(rule.cooldown_days ?? 14, "day")],
          ["Proved right by", outcome ?? ""],
          ["Next step", rule.next_step ?? ""],
          ["Changed", dateText(changed_at)],
          ["Name", id],
        ]}
      />
      <h3 className={css.sub}>The last year</h3>
      <BackTest rule={rule} />
      {removing && <Removing id={id} label={rule.label} onClose={() => setRemoving(false)} onGone={() => put({ rule: undefined })} />}
    </Panel>
  );
}

function Removing({ id, label, onClose, onGone }: { id: string; label: string; onClose: () => void; onGone: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeRule(id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: [ALERTS] });
      onClose();
      onGone();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Remove ${label}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <p>What it raised is over. To keep it for later, switch it off.</p>
      {remove.error && <ProblemView error={remove.error} />}
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </Modal>
  );
}
