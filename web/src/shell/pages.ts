// The pages of the navigation, in order. A page that does not exist is not named here.

import { IconBell, IconBook2, IconBuilding, IconChartFunnel, IconChartHistogram, IconCoins, IconDatabase, IconFileText, IconFlag, IconLayoutDashboard, IconLayoutGrid, IconListCheck, IconMessageCircle, IconSettings, IconSpeakerphone, IconTarget, IconUsersGroup, type TablerIcon } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Session, session } from "@/api/session";

export interface PageLink {
  to: "/" | "/alerts" | "/accounts" | "/lists" | "/funnel" | "/revenue" | "/voice" | "/team" | "/attribution" | "/goals" | "/targets" | "/reviews" | "/dashboards" | "/explore" | "/catalog" | "/data" | "/settings";
  label: string;
  letter: string; // `g` and this letter lead there
  icon: TablerIcon;
  right?: Session["rights"][number]; // without it the page is not offered
}

export const PAGES: readonly PageLink[] = [
  { to: "/", label: "Overview", letter: "o", icon: IconLayoutDashboard },
  { to: "/alerts", label: "Alerts", letter: "n", icon: IconBell },
  { to: "/accounts", label: "Accounts", letter: "a", icon: IconBuilding },
  { to: "/lists", label: "Lists", letter: "l", icon: IconListCheck },
  { to: "/funnel", label: "Funnel", letter: "f", icon: IconChartFunnel },
  { to: "/revenue", label: "Revenue", letter: "r", icon: IconCoins },
  { to: "/voice", label: "Voice of customer", letter: "v", icon: IconMessageCircle },
  { to: "/team", label: "Team", letter: "t", icon: IconUsersGroup },
  { to: "/attribution", label: "Attribution", letter: "c", icon: IconSpeakerphone },
  { to: "/goals", label: "Goals", letter: "b", icon: IconFlag },
  { to: "/targets", label: "Targets", letter: "g", icon: IconTarget },
  { to: "/reviews", label: "Reviews", letter: "i", icon: IconFileText },
  { to: "/dashboards", label: "Dashboards", letter: "d", icon: IconLayoutGrid },
  { to: "/explore", label: "Explore", letter: "e", icon: IconChartHistogram },
  { to: "/catalog", label: "Catalog", letter: "k", icon: IconBook2 },
  { to: "/data", label: "Data", letter: "s", icon: IconDatabase, right: "see_data" },
  { to: "/settings", label: "Settings", letter: "u", icon: IconSettings },
];

/** The pages that whoever is signed in may open. */
export function usePages(): PageLink[] {
  const { data } = useQuery(session);
  const rights = data?.rights;
  return useMemo(() => PAGES.filter((page) => !page.right || rights?.includes(page.right)), [rights]);
}
