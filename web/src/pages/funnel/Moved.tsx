// Who moved: every account whose stage at the end is another than at the beginning.

import { Button, SegmentedControl } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconX } from "@tabler/icons-react";
import type { Journey, StageMove } from "@/api/journeys";
import { AccountLink } from "@/parts/AccountLink";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { useShown } from "@/parts/useShown";
import { counted, showCount, UNKNOWN } from "@/words/format";
import { stageWords } from "@/words/groups";
import { csvOf } from "@/words/listing";
import { dateText } from "@/words/periods";
import css from "./Funnel.module.css";
import type { FunnelSearch, Way } from "./search";
import { daysThere, movesIn, readSort, sorted, writeSort } from "./stages";

const WAYS = [
  { value: "all", label: "All" },
  { value: "on", label: "Went on" },
  { value: "back", label: "Fell back" },
];

interface Props {
  journey: Journey;
  search: FunnelSearch;
  onPut: (change: FunnelSearch) => void;
}

export function Moved({ journey, search, onPut }: Props) {
  const { way, from, to } = search;
  const sort = readSort(search.sort);
  const part = useShown([way, from, to].join());
  const moves = sorted(movesIn(journey.moves, search), sort, journey.stages);
  const columns: Column<StageMove>[] = [
    { key: "name", title: "Account", width: 200, cell: (move) => <AccountLink id={move.account_id} name={move.name} /> },
    { key: "before", title: "Was in", width: 120, cell: (move) => stageWords(move.stage_before) },
    { key: "now", title: "Is in", width: 120, cell: (move) => <Now move={move} /> },
    { key: "since", title: "Since", width: 120, cell: (move) => (move.since ? dateText(move.since) : UNKNOWN) },
    { key: "days", title: "Days there", about: "How long it has been in this stage, at the end of the period", number: true, width: 100, cell: (move) => showCount(daysThere(move, journey.end)) },
  ];
  const chosen = [from && `was in ${stageWords(from)}`, to && `is in ${stageWords(to)}`].filter(Boolean).join(", ");
  return (
    <div ref={part}>
      <Panel
        title="Who moved"
        note={`${counted(moves.length, "account")}${moves.length < journey.moves.length ? ` of ${showCount(journey.moves.length)}` : ""}; those that stood in another stage at the end than at the beginning.`}
        actions={<TakeCsv name="moved" label="Who moved" csv={() => csvOf(HEADER, moves.map((move) => [move.account_id, move.name, move.stage_before, move.stage, move.forward ? "on" : "back", move.since, daysThere(move, journey.end)]))} />}
      >
        <div className={css.tools}>
          <SegmentedControl size="xs" aria-label="Which way" data={WAYS} value={way ?? "all"} onChange={(value) => onPut({ way: value === "all" ? undefined : (value as Way) })} />
          {chosen && (
            <Button size="xs" variant="light" rightSection={<IconX size={13} aria-hidden />} onClick={() => onPut({ from: undefined, to: undefined })} aria-label={`Only what ${chosen}. Show all`}>
              {chosen}
            </Button>
          )}
        </div>
        {moves.length ? (
          <DataTable label="Who moved" columns={columns} count={moves.length} row={(index) => moves[index]} rowKey={(move) => move.account_id} sort={sort} onSort={(next) => onPut({ sort: writeSort(next) })} height={TALL} />
        ) : (
          <Empty small title="Nobody">{journey.moves.length ? "No account moved in this way." : "No account changed its stage in this period."}</Empty>
        )}
      </Panel>
    </div>
  );
}

const TALL = 404; // of the list, whatever it holds
const HEADER = ["account_id", "name", "stage_before", "stage", "way", "since", "days_there"];

function Now({ move }: { move: StageMove }) {
  const Arrow = move.forward ? IconArrowUpRight : IconArrowDownRight;
  return (
    <span className={css.way} data-way={move.forward ? "on" : "back"}>
      <Arrow size={14} aria-hidden />
      {stageWords(move.stage)}
      <span className="unseen">{move.forward ? ", further than before" : ", back"}</span>
    </span>
  );
}
