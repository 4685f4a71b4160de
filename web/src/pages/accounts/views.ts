// Views of the table that everybody finds there.

import type { Catalog } from "@/api/queries";
import type { ReadyView } from "@/parts/Views";
import { plainKpi, viewWords, without } from "@/words/search";
import { attributesOf, splitKey } from "./columns";
import type { AccountsSearch } from "./search";

interface View {
  name: string;
  about: string;
  state: ViewState;
}

/** What a view keeps: everything but an open explanation. */
type ViewState = Omit<AccountsSearch, "explain">;

const READY: readonly View[] = [
  { name: "All accounts", about: "Who they are and how they stand", state: {} },
  {
    name: "Cooling off",
    about: "Customers whose health fell most",
    state: {
      cols: ["tier", "stage", "owner_id", "health_score", "health_score.change", "health_score.course", "engagement_score.change", "engagement_score.course", "interaction_gap_days", "mrr"],
      sort: "health_score.change",
      having: ["health_score.change < 0", "mrr > 0"],
    },
  },
  {
    name: "Warming up",
    about: "Engagement rose most",
    state: {
      cols: ["tier", "segment", "stage", "owner_id", "engagement_score", "engagement_score.change", "engagement_score.course", "stakeholders_engaged", "pipeline_value_open", "interaction_gap_days"],
      sort: "-engagement_score.change",
      having: ["engagement_score.change > 0"],
    },
  },
  {
    name: "Open pipeline",
    about: "The largest open deals, and who is engaged there",
    state: {
      cols: ["tier", "owner_id", "stage", "pipeline_value_open", "pipeline_value_open.change", "opportunities_created", "win_rate", "stakeholders_engaged", "engagement_score", "interaction_gap_days"],
      sort: "-pipeline_value_open",
      having: ["pipeline_value_open > 0"],
    },
  },
  {
    name: "Revenue",
    about: "Customers by recurring revenue, with use and satisfaction",
    state: {
      cols: ["tier", "owner_id", "mrr", "mrr.change", "mrr.course", "nrr", "seat_adoption", "nps", "ticket_backlog", "health_score"],
      sort: "-mrr",
      having: ["mrr > 0"],
    },
  },
];

/** Whether a column can say anything here: unknown KPIs of a workspace are not shown unless somebody asks for them. */
const tells = (key: string, catalog: Catalog): boolean => {
  const { asked } = splitKey(key);
  return asked in attributesOf(catalog) || catalog.kpis.some((kpi) => kpi.name === plainKpi(asked) && kpi.known);
};

/** The ready views this workspace has data for. */
export const readyViews = (catalog: Catalog): ReadyView[] =>
  READY.filter(({ state }) => [state.sort?.replace(/^-/, ""), ...(state.having ?? []).map((bound) => bound.split(" ")[0])].every((key) => !key || tells(key, catalog))).map(
    ({ name, about, state }) => ({ name, about, words: viewWords(without({ ...state, cols: state.cols?.filter((key) => tells(key, catalog)) })) }),
  );
