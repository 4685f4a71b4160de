// The pages of the navigation, in order. A page that does not exist is not named here.

import { IconBook2, IconBuilding, IconChartHistogram, IconLayoutDashboard, IconLayoutGrid, type TablerIcon } from "@tabler/icons-react";

export interface PageLink {
  to: "/" | "/dashboards" | "/accounts" | "/explore" | "/catalog";
  label: string;
  letter: string; // `g` and this letter lead there
  icon: TablerIcon;
}

export const PAGES: readonly PageLink[] = [
  { to: "/", label: "Overview", letter: "o", icon: IconLayoutDashboard },
  { to: "/accounts", label: "Accounts", letter: "a", icon: IconBuilding },
  { to: "/dashboards", label: "Dashboards", letter: "d", icon: IconLayoutGrid },
  { to: "/explore", label: "Explore", letter: "e", icon: IconChartHistogram },
  { to: "/catalog", label: "Catalog", letter: "k", icon: IconBook2 },
];
