// Targets from a file or pasted.

import { useQueryClient } from "@tanstack/react-query";
import { importTargets, TARGETS } from "@/api/targets";
import { Import } from "@/parts/Import";
import { counted, showCount } from "@/words/format";

const EXAMPLE = "kpi, scope, period, amount\nwin_rate, tier:A, 2026-Q4, 40%\nsales_revenue, owner:E0001, 2026-Q4, 120000";

export function ImportTargets({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <Import
      title="Import targets"
      label="Targets"
      description="CSV with headings: kpi, scope (company, owner:…, team:…, tier:…, segment:…, account:…), period, amount; also of, since, note. What CSV gives can be imported again."
      example={EXAMPLE}
      circumstances=""
      closing="Earlier targets stay known in the history."
      send={importTargets}
      said={(told) => `${counted(told.set, "target")} will be set${told.unchanged ? `, ${showCount(told.unchanged)} stand so already` : ""}${told.empty ? `, ${showCount(told.empty)} have no amount yet` : ""}`}
      onSaved={() => {
        void queries.invalidateQueries({ queryKey: [TARGETS] });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
