// All accounts somebody sees as one table: any column, any order, found by words, kept as views, taken along as CSV.

import { Button, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback, useMediaQuery } from "@mantine/hooks";
import { IconColumns3, IconDownload, IconSearch, IconX } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { type Catalog, catalog, fileOf } from "@/api/queries";
import { Gone } from "@/parts/Gone";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Views } from "@/parts/Views";
import { Filters } from "@/shell/Filters";
import { useFilter } from "@/shell/filter";
import { counted } from "@/words/format";
import { download } from "@/words/listing";
import { moved } from "@/words/moves";
import { parseWords, plainKpi, viewWords, without } from "@/words/search";
import css from "./Accounts.module.css";
import { boundText, withBound } from "./bounds";
import { BoundForm } from "./BoundForm";
import { attributeLabel, boundOf, type Column, columnsOf, goneOf, NAME, NAME_PX, named, readWidths, splitKey, writeWidths } from "./columns";
import { ColumnsDrawer } from "./ColumnsDrawer";
import type { HeadingDoes } from "./Heading";
import { Listing } from "./Listing";
import { seenOf } from "./listing";
import { comparison, courseQuestion, questionOf, USUAL_SORT } from "./questions";
import { ACCOUNTS_DEFAULTS, type AccountsSearch, readAccounts } from "./search";
import { Standing } from "./Standing";
import { useFirst } from "./useRows";
import { readyViews } from "./views";

const NARROW_NAME_PX = 150;

const some = (bounds: string[]): string[] | undefined => (bounds.length ? bounds : undefined);

export type Put = (change: Partial<AccountsSearch>, replace?: boolean) => void;

export default function AccountsPage() {
  const all = useQuery(catalog);
  if (all.error)
    return (
      <Page title="Accounts">
        <ProblemView error={all.error} retry={() => void all.refetch()} />
      </Page>
    );
  return <Accounts catalog={all.data ?? NOTHING_YET} ready={all.data !== undefined} />;
}

const NOTHING_YET = { kpis: [], columns: [], attributes: {}, families: [], currency: "" } as unknown as Catalog;

function Accounts({ catalog, ready }: { catalog: Catalog; ready: boolean }) {
  const search = useSearch({ strict: false }) as AccountsSearch;
  const filter = useFilter(ACCOUNTS_DEFAULTS);
  const navigate = useNavigate();
  const put: Put = (change, replace = false) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), replace, resetScroll: false });
  const narrow = useMediaQuery("(max-width: 700px)");
  const [arranging, setArranging] = useState(false);
  const [bounding, setBounding] = useState<Column>();
  const widths = useMemo(() => readWidths(search.widths), [search.widths]);
  const keys = useMemo(() => search.cols ?? catalog.columns, [search.cols, catalog]);
  const columns = useMemo(() => columnsOf(keys, catalog, widths), [keys, catalog, widths]);
  const gone = ready ? goneOf(keys, search.sort, search.having ?? [], catalog) : [];
  const sort = search.sort && gone.includes(named(search.sort)) ? undefined : search.sort;
  const having = some((search.having ?? []).filter((bound) => !gone.includes(boundOf(bound))));
  const question = questionOf({ ...search, sort, having }, columns);
  const first = useFirst(ready ? question : undefined);
  const total = first.data?.total;
  const csv = useMutation({
    mutationFn: async () => seenOf(await (await fileOf("/accounts", question)).text(), columns, question.compare ?? "none"),
    onSuccess: (file) => download("accounts.csv", file),
  });
  const does: HeadingDoes = {
    sort: (sort) => put({ sort: sort === USUAL_SORT ? undefined : sort }),
    widen: (key, width) => put({ widths: writeWidths(new Map([...widths, [key, width]]), keys) }, true),
    move: (from, to) => put({ cols: moved(keys, from, to) }),
    remove: (key) => keys.length > 1 && put({ cols: keys.filter((one) => one !== key) }),
    bound: setBounding,
  };
  return (
    <Page
      title="Accounts"
      lead={<span role="status">{total === undefined ? "\u00a0" : counted(total, "account")}</span>}
      actions={
        <>
          <Views
            page="accounts"
            words={viewWords({ ...search })}
            ready={readyViews(catalog)}
            keeps="Columns, order, filters and period are kept."
            onShow={(words) => void navigate({ to: "/accounts", search: readAccounts(parseWords(words)) })}
          />
          <Button variant="default" leftSection={<IconColumns3 size={15} aria-hidden />} onClick={() => setArranging(true)}>
            Columns
          </Button>
          <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} loading={csv.isPending} onClick={() => csv.mutate()} disabled={!total}>
            CSV
          </Button>
        </>
      }
    >
      <div className={css.bar}>
        <Find value={search.find ?? ""} onFind={(find) => put({ find: find || undefined }, true)} />
        <Filters value={filter} grains={[]} scopes={false} />
        <Standing search={search} question={ready ? question : undefined} put={put} />
        <Bounds search={{ ...search, having }} catalog={catalog} put={put} />
      </div>
      <Gone names={first.error ? [] : gone} onLeave={() => put({ cols: search.cols?.filter((key) => !gone.includes(named(key))), sort, having })} />
      {csv.error && <ProblemView error={csv.error} />}
      <div className={css.fill}>
        <Listing
          question={ready ? question : undefined}
          courses={courseQuestion(question, columns)}
          first={first}
          search={search}
          onAll={() => put({ find: undefined, filters: undefined, having: undefined, stage: undefined, list: undefined })}
          columns={columns}
          sort={question.sort}
          nameWidth={widths.get(NAME) ?? (narrow ? NARROW_NAME_PX : NAME_PX)}
          heat={search.heat !== "off"}
          compare={comparison(filter.compare)}
          period={filter.period}
          does={does}
        />
      </div>
      <div className={css.foot}>
        <p>{search.heat !== "off" && "Bars: how far from the middle account, up to the 5th and the 95th percentile of all shown. Green is better, red is worse. A number opens its explanation."}</p>
        <Switch size="xs" label="Bars" checked={search.heat !== "off"} onChange={(event) => put({ heat: event.currentTarget.checked ? undefined : "off" }, true)} />
      </div>
      <ColumnsDrawer opened={arranging} onClose={() => setArranging(false)} catalog={catalog} columns={columns} onChoose={(cols) => put({ cols }, true)} onUsual={() => put({ cols: undefined, widths: undefined })} />
      <BoundForm
        column={bounding}
        currency={catalog.currency}
        onClose={() => setBounding(undefined)}
        onAdd={(bound) => {
          put({ having: withBound(search.having ?? [], bound) });
          setBounding(undefined);
        }}
      />
    </Page>
  );
}

/** The words typed are searched when the fingers rest. */
function Find({ value, onFind }: { value: string; onFind: (find: string) => void }) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onFind, 180);
  useEffect(() => setText(value), [value]); // Back, or another view
  return (
    <TextInput
      className={css.find}
      type="search"
      aria-label="Find accounts"
      placeholder="Name, domain or id"
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}

function Bounds({ search, catalog, put }: { search: AccountsSearch; catalog: Catalog; put: Put }) {
  const title = (key: string) => {
    const { asked, suffix } = splitKey(key);
    const label = catalog.kpis.find((kpi) => kpi.name === plainKpi(asked))?.label ?? attributeLabel(asked);
    return suffix === "change" ? `Change of ${label.charAt(0).toLowerCase()}${label.slice(1)}` : label;
  };
  const unit = (asked: string) => catalog.kpis.find((kpi) => kpi.name === plainKpi(asked))?.unit;
  return (search.having ?? []).map((bound) => {
    const text = boundText(bound, title, unit, catalog.currency);
    return (
      <span key={bound} className={css.chip}>
        {text}
        <button
          type="button"
          aria-label={`Remove: ${text}`}
          onClick={() => {
            const left = search.having?.filter((one) => one !== bound);
            put({ having: some(left ?? []) });
          }}
        >
          <IconX size={13} aria-hidden />
        </button>
      </span>
    );
  });
}
