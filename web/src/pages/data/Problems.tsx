// What the check finds in settings, definitions and data, errors first, each with how to mend it.

import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle, type TablerIcon } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Finding, findings } from "@/api/data";
import { ButtonLink } from "@/parts/ButtonLink";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { counted } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Data.module.css";
import type { DataSearch } from "./search";

const KINDS: Record<string, { word: string; icon: TablerIcon }> = {
  error: { word: "Error", icon: IconCircleX },
  warning: { word: "Warning", icon: IconAlertTriangle },
  note: { word: "Note", icon: IconInfoCircle },
};
// What is mended on this page, said without the commands that mend it elsewhere.
const HERE: Record<string, string> = {
  rows_quarantined: "See why, and mend the source or the rows.",
  no_row_accepted: "See why in quarantine; often one column is mapped to the wrong thing.",
  unmatched_rows: "Name their account in the source, load missing accounts, or decide what waits.",
};
const HEADER = ["severity", "where", "line", "what", "mend", "code"];

export function Problems() {
  const { data, error, refetch } = useQuery(findings);
  const all = data?.problems ?? [];
  const loud = all.filter((one) => one.severity !== "note");
  const notes = all.filter((one) => one.severity === "note");
  const csv = () => csvOf(HEADER, all.map((one) => [one.severity, one.file, one.line || null, one.what, one.mend, one.code]));
  return (
    <Panel
      title="Problems"
      note={data ? `${counted(data.errors, "error")}, ${counted(data.warnings, "warning")}, ${counted(notes.length, "note")}: what ‘accountlens check’ finds` : "What ‘accountlens check’ finds"}
      actions={
        all.length > 0 && (
          <TakeCsv label="Problems" name="problems" csv={csv} />
        )
      }
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={260} />}
      {data && loud.length === 0 && (
        <p className={css.fine}>
          <IconCircleCheck size={17} aria-hidden /> No error and no warning.
        </p>
      )}
      {loud.length > 0 && <List found={loud} />}
      {notes.length > 0 && (
        <details className={css.more}>
          <summary>{counted(notes.length, "note")}</summary>
          <List found={notes} />
        </details>
      )}
    </Panel>
  );
}

function List({ found }: { found: readonly Finding[] }) {
  return (
    <ul className={css.findings}>
      {found.map((one, index) => {
        const kind = KINDS[one.severity] ?? KINDS.note;
        const Icon = kind?.icon ?? IconInfoCircle;
        return (
          <li key={`${one.code} ${one.file} ${one.line} ${index}`} data-severity={one.severity}>
            <Icon size={18} aria-hidden />
            <div>
              <p>
                <b>{kind?.word}</b> in <code>{one.line ? `${one.file}:${one.line}` : one.file}</code>: {one.what}
              </p>
              {(HERE[one.code] ?? one.mend) && <p className={css.mend}>{HERE[one.code] ?? one.mend}</p>}
            </div>
            <Way finding={one} />
          </li>
        );
      })}
    </ul>
  );
}

/** Where on this page a finding is mended. */
function Way({ finding }: { finding: Finding }) {
  const quarantine = finding.code === "rows_quarantined" || finding.code === "no_row_accepted";
  if (!quarantine && finding.code !== "unmatched_rows") return null;
  const there: DataSearch = quarantine ? { part: "quarantine", table: finding.file } : { part: "matches" };
  return (
    <ButtonLink to="/data" search={there} size="compact-xs" variant="default" aria-label={`${quarantine ? "Mend rows of" : "Review matches of"} ${finding.file}`}>
      {quarantine ? "Mend rows" : "Review matches"}
    </ButtonLink>
  );
}
