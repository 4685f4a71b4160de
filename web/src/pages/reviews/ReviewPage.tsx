// One frozen review: as it was reported, or beside what is known now.

import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { fileOfFrozen, type Frozen, frozenOf, type KnownNow, knownNowOf, type Review } from "@/api/reviews";
import { Page, Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { momentText } from "@/words/periods";
import { without } from "@/words/search";
import { Content } from "./Content";
import { Told } from "./FigureDoor";
import { BesideTable } from "./FigureTable";
import css from "./Reviews.module.css";
import type { ReviewSearch } from "./search";
import { Takes } from "./Takes";
import { capital, figuresOf, restatedOf } from "./telling";

export default function ReviewPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as ReviewSearch;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(frozenOf(id));
  const known = useQuery({ ...knownNowOf(id), enabled: data !== undefined });
  const restated = useMemo(() => restatedOf(known.data), [known.data]);
  const frozen = data?.frozen;
  const asking = useMemo(() => ({ explained: frozen?.explained ?? false, snapshot: frozen?.kept ? frozen.snapshot : undefined }), [frozen]);
  if (error)
    return (
      <Page title="Review">
        <ProblemView error={error} retry={() => void refetch()} />
      </Page>
    );
  if (!data || !frozen) return <Waiting />;
  const { review } = data;
  const now = search.view === "now";
  const put = (view: string) => void navigate({ to: ".", search: (words: Record<string, unknown>) => without({ ...words, view: view === "now" ? ("now" as const) : undefined }), resetScroll: false });
  return (
    <Page title={`${review.title}: ${review.period_name}`} lead={leadOf(review, frozen)} actions={<Takes address={(form) => fileOfFrozen(id, form)} />}>
      <div className={css.bar}>
        <SegmentedControl
          aria-label="Which figures"
          value={now ? "now" : "then"}
          onChange={put}
          data={[
            { value: "then", label: "As reported" },
            { value: "now", label: "Known now" },
          ]}
        />
        <span className={css.state} role="status">
          {stateOf(known.data)}
        </span>
      </div>
      {known.error && <ProblemView error={known.error} retry={() => void known.refetch()} />}
      <Told value={asking}>
        {now && known.data && <Differing review={review} known={known.data} />}
        <Content review={review} about={data.about} known={now && known.data ? restated : undefined} />
      </Told>
    </Page>
  );
}

function leadOf(review: Review, frozen: Frozen): string {
  const by = frozen.frozen_by ? ` by ${frozen.frozen_by}` : "";
  const sight = review.sight ? ` ${review.sight}` : "";
  return `${capital(review.whom)}, set beside ${review.before_name}. Frozen ${momentText(frozen.frozen_at)}${by}.${review.partial ? " The period still ran." : ""}${sight}`;
}

const stateOf = (known: KnownNow | undefined): string =>
  !known ? "" : known.restated ? `${counted(known.restated, "figure")} of ${known.figures.length} ${known.restated === 1 ? "is another" : "are others"} by now.` : "All figures are today what was reported.";

/** What differs, together, before the review itself. */
function Differing({ review, known }: { review: Review; known: KnownNow }) {
  const restated = restatedOf(known);
  const figures = figuresOf(review).filter((one) => restated.has(one.asked.kpi));
  const kept = known.kept ? "" : " The data it was reported from are not kept any more, so that a changed definition and changed rows cannot be told apart.";
  return (
    <div className={css.review}>
      <Panel title="What is another by now" note={`Asked again of the same accounts and the same period; sentences and charts stay as they were reported.${kept}`}>
        {figures.length ? <BesideTable label="What is another by now" figures={figures} review={review} known={restated} all /> : <p className={css.note}>All figures are today what was reported.</p>}
      </Panel>
    </div>
  );
}

function Waiting() {
  return (
    <Page title="Review" lead={<Skeleton height={14} width={320} mt={6} />}>
      <Skeleton height={92} radius="lg" />
      <Skeleton height={260} radius="lg" />
      <Skeleton height={420} radius="lg" />
    </Page>
  );
}
