// A review to be made: which, of what period, about whom; seen before it is frozen.

import { Button, Skeleton } from "@mantine/core";
import { IconSnowflake } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { fileOfMade, freezeReview, frozenOf, type Review, type Reviews, reviewOf, reviewsAll, type Wanted } from "@/api/reviews";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { momentText } from "@/words/periods";
import { without } from "@/words/search";
import { Choosing } from "./Choosing";
import { Content } from "./Content";
import css from "./Reviews.module.css";
import type { NewReviewSearch } from "./search";
import { Takes } from "./Takes";
import { capital, parted } from "./telling";

export default function NewReviewPage() {
  const search = useSearch({ strict: false }) as NewReviewSearch;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const all = useQuery(reviewsAll);
  const wanted: Wanted = without({ cadence: search.cadence ?? "monthly", audience: search.audience ?? "company", period: search.period });
  const [kind, subject] = parted(wanted.audience);
  const whole = kind === "company" || Boolean(subject);
  const made = useQuery({ ...reviewOf(wanted), enabled: whole });
  const freeze = useMutation({
    mutationFn: () => freezeReview(wanted),
    onSuccess: (told) => {
      const id = told.frozen?.id ?? "";
      queries.setQueryData(frozenOf(id).queryKey, told);
      void queries.invalidateQueries({ queryKey: reviewsAll.queryKey, exact: true });
      void navigate({ to: "/reviews/$id", params: { id } });
    },
  });
  const review = whole && !made.error ? made.data?.review : undefined;
  const put = (change: Partial<NewReviewSearch>) => {
    freeze.reset();
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, explain: undefined, ...change }), resetScroll: false });
  };
  return (
    <Page
      title="New review"
      lead={review ? leadOf(review) : "What changed, by how much, whether it is more than noise, and whose doing it was"}
      actions={
        review && (
          <>
            <Takes address={(form) => fileOfMade(wanted, form)} />
            {all.data?.may_freeze && (
              <Button leftSection={<IconSnowflake size={15} aria-hidden />} loading={freeze.isPending} disabled={made.isPlaceholderData} onClick={() => freeze.mutate()}>
                Freeze
              </Button>
            )}
          </>
        )
      }
    >
      {all.data && <Choosing all={all.data} wanted={wanted} onPut={put} />}
      {all.error && <ProblemView error={all.error} retry={() => void all.refetch()} />}
      {freeze.error && <ProblemView error={freeze.error} />}
      {review && all.data && <Before all={all.data} review={review} />}
      {!whole ? (
        <Empty small title="About whom?">
          Choose above whom the review is about.
        </Empty>
      ) : made.error ? (
        <ProblemView error={made.error} retry={() => void made.refetch()} />
      ) : review ? (
        <div className={frame.fades} data-fading={made.isPlaceholderData || undefined}>
          <Content review={review} about={made.data?.about ?? []} />
        </div>
      ) : (
        <Skeleton height={420} radius="lg" />
      )}
    </Page>
  );
}

const leadOf = (review: Review): string =>
  `${capital(review.title)}, ${review.period_name}: ${review.whom}, set beside ${review.before_name}.${review.partial ? " The period still runs." : ""}${review.sight ? ` ${review.sight}` : ""} Not frozen yet: it changes with the data.`;

/** The same one, frozen before. */
function Before({ all, review }: { all: Reviews; review: Review }) {
  const found = all.frozen.filter((one) => one.title === review.title && one.cadence === review.cadence && one.audience === review.audience && one.subject === review.subject && one.period === review.period);
  if (!found.length) return null;
  return (
    <p className={css.note}>
      Frozen already:{" "}
      {found.map((one, index) => (
        <span key={one.id}>
          {index > 0 && ", "}
          <Link to="/reviews/$id" params={{ id: one.id }}>
            {momentText(one.frozen_at)}
            {one.frozen_by && ` by ${one.frozen_by}`}
          </Link>
        </span>
      ))}
    </p>
  );
}
