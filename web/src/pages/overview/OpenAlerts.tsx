// How many alerts are open, as the way to them; nothing where none is.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { alertCount } from "@/api/alerts";
import { counted, showCount } from "@/words/format";
import css from "./Panels.module.css";

export function OpenAlerts() {
  const { data } = useQuery(alertCount);
  if (!data?.open) return null;
  return (
    <p className={css.alerts}>
      <Link to="/alerts">{counted(data.open, "alert")}</Link> {data.open === 1 ? "is" : "are"} open
      {data.accounts > 0 && ` about ${counted(data.accounts, "account")}`}
      {data.high > 0 && `, ${showCount(data.high)} of high severity`}.
    </p>
  );
}
