// Every address of the application: what it reads, what it asks before it shows, which page it shows.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { headOf } from "./api/accounts";
import { boardOf, boards, boardTemplates } from "./api/boards";
import { queries } from "./api/memory";
import { answerOf, catalog, definition as kpiWhole } from "./api/queries";
import { isSignedIn, session } from "./api/session";
import { ACCOUNT_DEFAULTS, readAccount } from "./pages/account/search";
import { readAccounts } from "./pages/accounts/search";
import { readCatalog } from "./pages/catalog/search";
import { readBoard } from "./pages/dashboards/search";
import { exploreQuestion } from "./pages/explore/question";
import { readExplore } from "./pages/explore/search";
import { questionsOf } from "./pages/overview/questions";
import { readOverview } from "./pages/overview/search";
import { Broken, Missing } from "./shell/Broken";
import { Inside } from "./shell/Inside";
import { one, parseWords, readPage, writeWords } from "./words/search";

const root = createRootRoute({ notFoundComponent: Missing, errorComponent: Broken });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (words: Record<string, unknown>): { next?: string } => ({ next: one(words.next) }),
  component: lazyRouteComponent(() => import("./pages/signin/SignInPage")),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./pages/signin/SetupPage")),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./pages/signin/InvitationPage")),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ location }) => {
    const found = await queries.ensureQueryData(session);
    const next = location.href === "/" ? undefined : location.href;
    if (!isSignedIn(found)) throw redirect({ to: "/sign-in", search: { next } });
  },
  component: Inside,
  errorComponent: Broken,
});

const ahead = (question: Parameters<typeof queries.prefetchQuery>[0]): void => void queries.prefetchQuery(question);

const overview = createRoute({
  getParentRoute: () => inside,
  path: "/",
  validateSearch: readOverview,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    ahead(catalog as never);
    ahead(questionsOf(deps) as never);
  },
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage")),
});

const explore = createRoute({
  getParentRoute: () => inside,
  path: "/explore",
  validateSearch: readExplore,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    ahead(catalog as never);
    if (deps.kpis?.length) ahead(answerOf(exploreQuestion(deps)) as never);
  },
  component: lazyRouteComponent(() => import("./pages/explore/ExplorePage")),
});

const catalogRoute = createRoute({
  getParentRoute: () => inside,
  path: "/catalog",
  validateSearch: readCatalog,
  loader: () => ahead(catalog as never),
  component: lazyRouteComponent(() => import("./pages/catalog/CatalogPage")),
});

const definition = createRoute({
  getParentRoute: () => inside,
  path: "/catalog/$name",
  validateSearch: readPage,
  loader: ({ params }) => ahead(kpiWhole(params.name) as never),
  component: lazyRouteComponent(() => import("./pages/catalog/DefinitionPage")),
});

const accounts = createRoute({
  getParentRoute: () => inside,
  path: "/accounts",
  validateSearch: readAccounts,
  loader: () => ahead(catalog as never),
  component: lazyRouteComponent(() => import("./pages/accounts/AccountsPage")),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: "/accounts/$id",
  validateSearch: readAccount,
  loaderDeps: ({ search }) => ({ period: search.period }),
  loader: ({ params, deps }) => {
    ahead(catalog as never);
    ahead(headOf(params.id, deps.period ?? ACCOUNT_DEFAULTS.period) as never);
  },
  component: lazyRouteComponent(() => import("./pages/account/AccountPage")),
});

const dashboards = createRoute({
  getParentRoute: () => inside,
  path: "/dashboards",
  validateSearch: readPage,
  loader: () => {
    ahead(boards as never);
    ahead(boardTemplates as never);
  },
  component: lazyRouteComponent(() => import("./pages/dashboards/ListPage")),
});

const dashboard = createRoute({
  getParentRoute: () => inside,
  path: "/dashboards/$id",
  validateSearch: readBoard,
  loader: ({ params }) => {
    ahead(catalog as never);
    ahead(boardOf(params.id) as never);
  },
  component: lazyRouteComponent(() => import("./pages/dashboards/DashboardPage")),
});

const people = createRoute({
  getParentRoute: () => inside,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people/PeoplePage")),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    invitation,
    inside.addChildren([overview, explore, catalogRoute, definition, accounts, account, dashboards, dashboard, people]),
  ]),
  parseSearch: parseWords,
  stringifySearch: writeWords,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0, // what is fresh is TanStack Query's to say
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
