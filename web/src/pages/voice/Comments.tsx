// The latest comments, in the customers' own words: who, of which account, with which mark.

import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { type Comment, commentsOf } from "@/api/voice";
import { AccountLink } from "@/parts/AccountLink";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { TakeCsv } from "@/parts/Take";
import type { Asked } from "@/shell/filter";
import { counted } from "@/words/format";
import { csvOf } from "@/words/listing";
import { dateText } from "@/words/periods";
import { accountsIn, kindOf, saidBy } from "./hearing";
import { answeringOf, isNarrowed } from "./questions";
import { SURVEYS, type Survey } from "./search";
import css from "./Voice.module.css";

interface Props {
  filter: Asked;
  survey: Survey | undefined;
  onSurvey: (survey: Survey | undefined) => void;
}

const FIRST = 8;
const MORE = 24;
const EVERY = "all";

export function Comments({ filter, survey, onSurvey }: Props) {
  const narrowed = isNarrowed(filter);
  const within = useQuery({ ...answeringOf(filter), enabled: narrowed });
  const [most, setMost] = useState(FIRST);
  const accounts = narrowed ? accountsIn(within.data) : undefined;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching, isPlaceholderData } = useInfiniteQuery(commentsOf(filter.period, survey));
  const comments = data && (!narrowed || accounts) ? saidBy(data.pages.flatMap((page) => page.comments), accounts) : undefined;
  const wanting = comments !== undefined && comments.length < most && hasNextPage && !isFetching && !error;
  useEffect(() => {
    if (wanting) void fetchNextPage();
  }, [wanting, fetchNextPage]);
  const whole = async () => {
    let now = data;
    for (let more = hasNextPage; more; ) {
      const next = await fetchNextPage();
      [now, more] = [next.data, next.hasNextPage && !next.error];
    }
    return listed(saidBy(now?.pages.flatMap((page) => page.comments) ?? [], accounts));
  };
  return (
    <Panel
      title="Latest comments"
      note={comments?.length ? `${countOf(comments, narrowed, data?.pages[0]?.total, hasNextPage)} in this time; the newest first.` : "In their own words, the newest first."}
      actions={comments && comments.length > 0 && <TakeCsv label="Latest comments" name="comments" csv={whole} />}
    >
      <SegmentedControl
        aria-label="Survey"
        size="xs"
        mb="sm"
        value={survey ?? EVERY}
        onChange={(chosen) => onSurvey(chosen === EVERY ? undefined : (chosen as Survey))}
        data={[{ value: EVERY, label: "All" }, ...SURVEYS.map((name) => ({ value: name, label: name.toUpperCase() }))]}
      />
      {(error ?? within.error) ? (
        <ProblemView error={error ?? within.error} retry={() => void Promise.all([refetch(), within.refetch()])} />
      ) : !comments || (comments.length === 0 && hasNextPage) ? (
        <Skeleton height={420} />
      ) : comments.length === 0 ? (
        <Empty small title="No comment in this time">
          Choose a longer period, another survey, or fewer filters.
        </Empty>
      ) : (
        <div data-fading={isPlaceholderData || undefined} className={frame.fades}>
          <ul className={css.list} tabIndex={0} aria-label="Latest comments">
            {comments.slice(0, most).map((one) => (
              <Said key={one.response_id} comment={one} />
            ))}
          </ul>
          {(comments.length > most || hasNextPage) && (
            <Button variant="subtle" size="xs" mt="xs" loading={comments.length < most} onClick={() => setMost((now) => now + MORE)}>
              Show {hasNextPage ? MORE : Math.min(MORE, comments.length - most)} more
            </Button>
          )}
        </div>
      )}
    </Panel>
  );
}

/** Of some accounts it is not known how many there are before all were looked through. */
const countOf = (found: readonly Comment[], narrowed: boolean, total: number | undefined, more: boolean): string =>
  narrowed ? `${found.length}${more ? " or more" : ""}` : counted(total ?? found.length, "comment");

const markOf = (comment: Comment): string => (comment.score === null ? comment.survey.toUpperCase() : `${comment.survey.toUpperCase()} ${comment.score}`);

const TONES = { detractor: "bad", promoter: "good", passive: undefined } as const;

function Said({ comment }: { comment: Comment }) {
  const kind = comment.survey === "nps" && comment.score !== null ? kindOf(comment.score) : undefined;
  return (
    <li>
      <div className={css.head}>
        {comment.account_id ? <AccountLink id={comment.account_id} name={comment.account} /> : <span className="quiet">No account</span>}
        <Tag tone={kind && TONES[kind]}>
          {markOf(comment)}
          {kind && ` · ${kind}`}
        </Tag>
        <time className={css.due} dateTime={comment.at}>
          {dateText(comment.at)}
        </time>
      </div>
      <blockquote>{comment.comment}</blockquote>
      {comment.contact && (
        <p className="quiet">
          {comment.account_id ? (
            <Link to="/accounts/$id" params={{ id: comment.account_id }} search={{ tab: "people" } as never} className={css.link} preload={false}>
              {comment.contact}
            </Link>
          ) : (
            comment.contact
          )}
        </p>
      )}
    </li>
  );
}

const listed = (comments: readonly Comment[]): string =>
  csvOf(
    ["at", "survey", "score", "comment", "account_id", "account", "contact"],
    comments.map((one) => [one.at, one.survey, one.score, one.comment, one.account_id, one.account, one.contact]),
  );
