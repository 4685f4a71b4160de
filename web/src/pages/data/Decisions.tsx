// What was decided here, each to be taken back; it counts from the next refresh on.

import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { type Decided, type Matches as Told } from "@/api/data";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { counted } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Data.module.css";
import { decidedWords, isPending } from "./telling";
import { useDecisions } from "./useDecisions";

interface Props {
  told: Told;
  mayDecide: boolean;
  onOpen: (item: string) => void;
}

export function Decisions({ told, mayDecide, onOpen }: Props) {
  const { undo } = useDecisions();
  if (told.decided.length === 0) return null;
  const names = new Map(told.waiting.flatMap((item) => item.candidates.map((one): [string, string] => [one.account_id, one.name])));
  const said = (one: Decided): string => decidedWords(one, (id) => names.get(id) ?? id);
  const pending = told.decided.filter((one) => isPending(one, told)).length;
  const columns: Column<Decided>[] = [
    {
      key: "value",
      title: "What",
      width: 200,
      cell: (one) => (
        <button type="button" className={css.pick} onClick={() => onOpen(one.said)}>
          {one.value}
        </button>
      ),
    },
    { key: "is", title: "Decided", width: 220, cell: said },
    { key: "state", title: "State", width: 160, cell: (one) => (isPending(one, told) ? <b className={css.warned}>waits for a refresh</b> : "kept for all to come") },
    ...(mayDecide
      ? [
          {
            key: "undo",
            title: "Undo",
            width: 80,
            cell: (one: Decided) => (
              <Button size="compact-xs" variant="subtle" leftSection={<IconArrowBackUp size={14} aria-hidden />} aria-label={`Undo: ${one.value} ${said(one)}`} loading={undo.isPending && undo.variables?.said === one.said} onClick={() => undo.mutate(one)}>
                Undo
              </Button>
            ),
          },
        ]
      : []),
  ];
  const csv = () => csvOf(["kind", "value", "account_id", "decision"], told.decided.map((one) => [one.kind, one.value, one.account_id, one.accepted ? "accept" : "reject"]));
  return (
    <Panel
      title="Decided here"
      note={pending ? `${counted(pending, "decision")} of these waits for a refresh: run ‘accountlens refresh’, and its rows move.` : "Kept for all refreshes to come, until taken back."}
      actions={
        <TakeCsv label="Decisions" name="decisions" csv={csv} />
      }
    >
      {undo.error && <ProblemView error={undo.error} />}
      <DataTable label="Decided here" columns={columns} count={told.decided.length} row={(index) => told.decided[index]} rowKey={(one) => `${one.said} ${one.account_id}`} />
    </Panel>
  );
}
