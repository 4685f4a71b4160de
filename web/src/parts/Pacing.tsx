// A target beside what is there: a bar with what is usual by now, a verdict in a word, and what it rests on when pointed at.

import { HoverCard } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconEqual } from "@tabler/icons-react";
import { show } from "@/words/format";
import { factsOf, marksOf, shareText, type Target, verdictOf } from "@/words/pace";
import { FactList } from "./Interval";
import css from "./Pacing.module.css";

interface Props {
  target: Target;
  currency: string;
  shape?: "whole" | "lean" | "card"; // lean: without the amount; card: a word, with the bar beneath its line
}

export function Pacing({ target, currency, shape = "whole" }: Props) {
  const { pace } = target;
  if (!pace) return null;
  const verdict = verdictOf(pace);
  const Icon = verdict.way > 0 ? IconArrowUpRight : verdict.way < 0 ? IconArrowDownRight : IconEqual;
  const marks = marksOf(target);
  const facts = factsOf(target, currency);
  const share = shareText(target);
  const aim = target.worth === null ? "not known" : show(target.worth, { unit: target.unit, currency }, true);
  return (
    <HoverCard withRoles={false} openDelay={200} closeDelay={60} position="bottom-start" shadow="md" width={310}>
      <HoverCard.Target>
        <div className={css.pacing} data-shape={shape} tabIndex={0} role="group" aria-label={`Target: ${verdict.words}. ${facts.map(([name, text]) => `${name}: ${text}`).join(". ")}${pace.why ? `. ${pace.why}` : ""}`}>
          {shape === "whole" && (
            <span className={css.aim}>
              Target <b className="numbers">{aim}</b>
            </span>
          )}
          {shape !== "card" && pace.state !== "coming" && share && <span className={`${css.share} numbers`}>{share}</span>}
          <span className={css.verdict} data-tone={verdict.tone}>
            <Icon size={13} stroke={2.2} aria-hidden />
            {verdict.words}
          </span>
          {marks && pace.state !== "coming" && (
            <span className={css.bar} aria-hidden>
              <i className={css.filled} data-tone={verdict.tone} style={{ width: `${marks.filled}%` }} />
              {marks.expected !== undefined && <i className={css.expected} style={{ left: `${marks.expected}%` }} />}
              <i className={css.target} style={{ left: `${marks.target}%` }} />
            </span>
          )}
        </div>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <PaceFacts target={target} currency={currency} />
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

/** The same as a list, for a place that shows it always. */
export function PaceFacts({ target, currency }: { target: Target; currency: string }) {
  return (
    <>
      <FactList facts={factsOf(target, currency)} />
      {target.pace?.why && <p className={css.why}>{target.pace.why}</p>}
    </>
  );
}
