// Every address of the application: what it reads, what it asks before it shows, which page it shows.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { headOf } from "./api/accounts";
import { alertRules, alertsOf } from "./api/alerts";
import { attributionOf } from "./api/attribution";
import { boardOf, boards, boardTemplates } from "./api/boards";
import { measures } from "./api/composing";
import { goalOf, goals as goalsAll } from "./api/goals";
import { journeyOf, movementsOf } from "./api/journeys";
import { balance, findings, matches, sources } from "./api/data";
import { queries } from "./api/memory";
import { answerOf, catalog, definition as kpiWhole } from "./api/queries";
import { listsOf, tiersNow } from "./api/lists";
import { deliveries } from "./api/deliveries";
import { frozenOf, reviewsAll } from "./api/reviews";
import { isSignedIn, session } from "./api/session";
import { targetsOf } from "./api/targets";
import { teamOf } from "./api/team";
import { voiceOf } from "./api/voice";
import { ACCOUNT_DEFAULTS, readAccount } from "./pages/account/search";
import { readAccounts } from "./pages/accounts/search";
import { readAlerts, wordsOf } from "./pages/alerts/search";
import { readCatalog } from "./pages/catalog/search";
import { readCompose } from "./pages/compose/composing";
import { ATTRIBUTION_DEFAULTS, readAttribution } from "./pages/attribution/search";
import { readData } from "./pages/data/search";
import { readBoard } from "./pages/dashboards/search";
import { LISTS_DEFAULTS, readLists } from "./pages/lists/search";
import { exploreQuestion } from "./pages/explore/question";
import { readExplore } from "./pages/explore/search";
import { FUNNEL_DEFAULTS, readFunnel } from "./pages/funnel/search";
import { questionsOf } from "./pages/overview/questions";
import { readOverview } from "./pages/overview/search";
import { movementWords } from "./pages/revenue/questions";
import { readRevenue } from "./pages/revenue/search";
import { readSettings } from "./pages/settings/search";
import { readNewReview, readReview, readReviews } from "./pages/reviews/search";
import { readTargets } from "./pages/targets/search";
import { readTeam } from "./pages/team/search";
import { wholeOf } from "./pages/voice/questions";
import { readVoice, VOICE_DEFAULTS } from "./pages/voice/search";
import { Broken, Missing } from "./shell/Broken";
import { asked } from "./shell/filter";
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
    void queries.ensureQueryData(catalog).then(({ cards }) => ahead(questionsOf(deps, cards) as never), () => undefined);
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

const composeKpi = createRoute({
  getParentRoute: () => inside,
  path: "/catalog/new",
  validateSearch: readCompose,
  loader: () => ahead(measures as never),
  component: lazyRouteComponent(() => import("./pages/compose/ComposePage")),
});

const changeKpi = createRoute({
  getParentRoute: () => inside,
  path: "/catalog/$name/edit",
  validateSearch: readPage,
  loader: () => ahead(measures as never),
  component: lazyRouteComponent(() => import("./pages/compose/ComposePage")),
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

const funnel = createRoute({
  getParentRoute: () => inside,
  path: "/funnel",
  validateSearch: readFunnel,
  loaderDeps: ({ search }) => ({ period: search.period }),
  loader: ({ deps }) => ahead(journeyOf(deps.period ?? FUNNEL_DEFAULTS.period) as never),
  component: lazyRouteComponent(() => import("./pages/funnel/FunnelPage")),
});

const revenue = createRoute({
  getParentRoute: () => inside,
  path: "/revenue",
  validateSearch: readRevenue,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    ahead(catalog as never);
    ahead(movementsOf(movementWords(deps)) as never);
  },
  component: lazyRouteComponent(() => import("./pages/revenue/RevenuePage")),
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

const voice = createRoute({
  getParentRoute: () => inside,
  path: "/voice",
  validateSearch: readVoice,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    const filter = asked(deps, VOICE_DEFAULTS);
    ahead(catalog as never);
    ahead(voiceOf(filter.period) as never);
    ahead(wholeOf(filter) as never);
  },
  component: lazyRouteComponent(() => import("./pages/voice/VoicePage")),
});

const team = createRoute({
  getParentRoute: () => inside,
  path: "/team",
  validateSearch: readTeam,
  loaderDeps: ({ search }) => ({ period: search.period }),
  loader: ({ deps }) => {
    ahead(catalog as never);
    ahead(teamOf(asked(deps).period) as never);
  },
  component: lazyRouteComponent(() => import("./pages/team/TeamPage")),
});

const attribution = createRoute({
  getParentRoute: () => inside,
  path: "/attribution",
  validateSearch: readAttribution,
  loaderDeps: ({ search }) => ({ period: search.period, by: search.by }),
  loader: ({ deps }) => {
    ahead(catalog as never);
    ahead(attributionOf(asked(deps, ATTRIBUTION_DEFAULTS).period, deps.by ?? "channel") as never);
  },
  component: lazyRouteComponent(() => import("./pages/attribution/AttributionPage")),
});

const data = createRoute({
  getParentRoute: () => inside,
  path: "/data",
  validateSearch: readData,
  loader: () => {
    for (const question of [balance, sources, findings, matches]) ahead(question as never);
  },
  component: lazyRouteComponent(() => import("./pages/data/DataPage")),
});

const lists = createRoute({
  getParentRoute: () => inside,
  path: "/lists",
  validateSearch: readLists,
  loaderDeps: ({ search }) => ({ period: search.period }),
  loader: ({ deps }) => {
    ahead(listsOf(deps.period ?? LISTS_DEFAULTS.period) as never);
    ahead(tiersNow as never);
  },
  component: lazyRouteComponent(() => import("./pages/lists/ListsPage")),
});

const goals = createRoute({
  getParentRoute: () => inside,
  path: "/goals",
  validateSearch: readPage,
  loader: () => ahead(goalsAll as never),
  component: lazyRouteComponent(() => import("./pages/goals/GoalsPage")),
});

const goal = createRoute({
  getParentRoute: () => inside,
  path: "/goals/$goal",
  validateSearch: readPage,
  loader: ({ params }) => {
    ahead(catalog as never);
    ahead(goalOf(params.goal) as never);
  },
  component: lazyRouteComponent(() => import("./pages/goals/GoalPage")),
});

const targets = createRoute({
  getParentRoute: () => inside,
  path: "/targets",
  validateSearch: readTargets,
  loader: () => {
    ahead(catalog as never);
    ahead(targetsOf({ pace: false }) as never);
  },
  component: lazyRouteComponent(() => import("./pages/targets/TargetsPage")),
});

const alerts = createRoute({
  getParentRoute: () => inside,
  path: "/alerts",
  validateSearch: readAlerts,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    ahead(alertRules as never);
    if (deps.part !== "rules") void queries.prefetchInfiniteQuery(alertsOf(wordsOf(deps)));
  },
  component: lazyRouteComponent(() => import("./pages/alerts/AlertsPage")),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  validateSearch: readSettings,
  loader: () => ahead(deliveries as never),
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage")),
});

const reviews = createRoute({
  getParentRoute: () => inside,
  path: "/reviews",
  validateSearch: readReviews,
  loader: () => ahead(reviewsAll as never),
  component: lazyRouteComponent(() => import("./pages/reviews/ReviewsPage")),
});

const newReview = createRoute({
  getParentRoute: () => inside,
  path: "/reviews/new",
  validateSearch: readNewReview,
  loader: () => ahead(reviewsAll as never),
  component: lazyRouteComponent(() => import("./pages/reviews/NewReviewPage")),
});

const review = createRoute({
  getParentRoute: () => inside,
  path: "/reviews/$id",
  validateSearch: readReview,
  loader: ({ params }) => ahead(frozenOf(params.id) as never),
  component: lazyRouteComponent(() => import("./pages/reviews/ReviewPage")),
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
    inside.addChildren([overview, alerts, explore, catalogRoute, definition, composeKpi, changeKpi, accounts, account, funnel, revenue, dashboards, dashboard, voice, team, attribution, lists, goals, goal, targets, reviews, newReview, review, data, settings, people]),
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
