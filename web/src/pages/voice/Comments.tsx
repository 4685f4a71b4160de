// The latest comments, in the customers' own words: who, of which account, with which mark.

import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Comment, COMMENTS, type Voice } from "@/api/voice";
import { AccountLink } from "@/parts/AccountLink";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { TakeCsv } from "@/parts/Take";
import type { Asked } from "@/shell/filter";
import { csvOf } from "@/words/listing";
import { dateText } from "@/words/periods";
import { accountsIn, commentsOf, kindOf } from "./hearing";
import { answeringOf, isNarrowed } from "./questions";
import { SURVEYS, type Survey } from "./search";
import css from "./Voice.module.css";

interface Props {
  filter: Asked;
  told: Voice | undefined;
  fading: boolean;
  survey: Survey | undefined;
  onSurvey: (survey: Survey | undefined) => void;
}

const FIRST = 8;
const MORE = 24;
const EVERY = "all";

export function Comments({ filter, told, fading, survey, onSurvey }: Props) {
  const narrowed = isNarrowed(filter);
  const within = useQuery({ ...answeringOf(filter), enabled: narrowed });
  const [most, setMost] = useState(FIRST);
  const accounts = narrowed ? accountsIn(within.data) : undefined;
  const comments = told && (!narrowed || accounts) ? commentsOf(told.comments, accounts) : undefined;
  const cut = told?.comments.length === COMMENTS;
  return (
    <Panel
      title="Latest comments"
      note={comments?.length ? `${comments.length} in this time${cut ? `, of the latest ${COMMENTS}` : ""}; the newest first.` : "In their own words, the newest first."}
      actions={comments && comments.length > 0 && <TakeCsv label="Latest comments" name="comments" csv={() => listed(comments)} />}
    >
      <SegmentedControl
        aria-label="Survey"
        size="xs"
        mb="sm"
        value={survey ?? EVERY}
        onChange={(chosen) => onSurvey(chosen === EVERY ? undefined : (chosen as Survey))}
        data={[{ value: EVERY, label: "All" }, ...SURVEYS.map((name) => ({ value: name, label: name.toUpperCase() }))]}
      />
      {within.error ? (
        <ProblemView error={within.error} retry={() => void within.refetch()} />
      ) : !comments ? (
        <Skeleton height={420} />
      ) : comments.length === 0 ? (
        <Empty small title="No comment in this time">
          Choose a longer period, another survey, or fewer filters.
        </Empty>
      ) : (
        <div data-fading={fading || undefined} className={frame.fades}>
          <ul className={css.list} tabIndex={0} aria-label="Latest comments">
            {comments.slice(0, most).map((one) => (
              <Said key={one.response_id} comment={one} />
            ))}
          </ul>
          {comments.length > most && (
            <Button variant="subtle" size="xs" mt="xs" onClick={() => setMost((now) => now + MORE)}>
              Show {Math.min(MORE, comments.length - most)} more
            </Button>
          )}
        </div>
      )}
    </Panel>
  );
}

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
