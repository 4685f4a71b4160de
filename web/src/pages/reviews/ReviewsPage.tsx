// The frozen reviews there are: found, filtered, opened.

import { Select, Skeleton, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type Frozen, type Reviews, reviewsAll } from "@/api/reviews";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { counted } from "@/words/format";
import { momentText } from "@/words/periods";
import { without } from "@/words/search";
import css from "./Reviews.module.css";
import type { ReviewsSearch } from "./search";
import { AUDIENCE_WORDS, CADENCE_WORDS, capital, foundOf } from "./telling";

const EVERY = "";

export default function ReviewsPage() {
  const search = useSearch({ strict: false }) as ReviewsSearch;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(reviewsAll);
  const put = (change: Record<string, string | undefined>) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), replace: true, resetScroll: false });
  return (
    <Page
      title="Reviews"
      lead="What was reported each week, month, quarter and year, kept as it was told"
      actions={
        <ButtonLink to="/reviews/new" search={without({ cadence: search.cadence }) as never} leftSection={<IconPlus size={15} aria-hidden />}>
          New review
        </ButtonLink>
      }
    >
      <div className={css.bar} role="group" aria-label="Filters">
        <Select aria-label="Cadence" w={150} allowDeselect={false} value={search.cadence ?? EVERY} data={choices("Any cadence", CADENCE_WORDS)} onChange={(value) => put({ cadence: value || undefined })} />
        <Select aria-label="About" w={190} allowDeselect={false} value={search.audience ?? EVERY} data={choices("About anybody", AUDIENCE_WORDS)} onChange={(value) => put({ audience: value || undefined })} />
        <TextInput aria-label="Find a review" placeholder="Find by name or words" w={240} value={search.find ?? ""} onChange={(event) => put({ find: event.currentTarget.value || undefined })} />
      </div>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} radius="lg" />}
      {data && <Found all={data} search={search} />}
    </Page>
  );
}

const choices = (every: string, words: Record<string, string>) => [{ value: EVERY, label: every }, ...Object.entries(words).map(([value, label]) => ({ value, label }))];

function Found({ all, search }: { all: Reviews; search: ReviewsSearch }) {
  const found = foundOf(all.frozen, search);
  if (!all.frozen.length)
    return (
      <Empty title="No review is frozen yet" action={<ButtonLink to="/reviews/new">Make one</ButtonLink>}>
        Make one, read it, and freeze it: it then stays as it was told, and is set beside what is known later.
      </Empty>
    );
  if (!found.length)
    return (
      <Empty small title="No review is like that">
        {counted(all.frozen.length, "review")} {all.frozen.length === 1 ? "is" : "are"} there under other cadences, audiences or words.
      </Empty>
    );
  return (
    <ul className={css.reviews} aria-label="Frozen reviews">
      {found.map((one) => (
        <One key={one.id} review={one} />
      ))}
    </ul>
  );
}

function One({ review }: { review: Frozen }) {
  return (
    <li className={`card ${css.one}`}>
      <div className={css.head}>
        <Link to="/reviews/$id" params={{ id: review.id }} className={css.name}>
          {review.title}, {review.period_name}
        </Link>
        <span>{capital(review.whom)}</span>
        {review.audience === "account" && <Tag>for the customer</Tag>}
        {!review.whole && review.audience !== "account" && <Tag>of some accounts</Tag>}
      </div>
      <p>{review.headline}</p>
      <small className="quiet">
        Frozen {momentText(review.frozen_at)}
        {review.frozen_by && ` by ${review.frozen_by}`}. Snapshot {review.snapshot}
        {review.kept ? "" : ", not kept any more"}.
      </small>
    </li>
  );
}
