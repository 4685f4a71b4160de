// What a rule would do now: for how many it would fire, the first of them with why, how many it would hold back.

import { Skeleton } from "@mantine/core";
import type { Preview } from "@/api/alerts";
import { AccountLink } from "@/parts/AccountLink";
import { wholeName } from "@/parts/AlertItem";
import { Panel } from "@/parts/Page";
import { Apart, type There, ThereNote } from "@/parts/There";
import { counted, showCount } from "@/words/format";
import css from "./Alerts.module.css";
import { heldWords } from "./telling";

interface Props {
  ready: boolean;
  told: Preview | undefined;
  fault: string | undefined; // of the rule as a whole
  faulty: boolean;
  elsewhere: string | undefined; // the warehouse that has to be asked
  there: There;
}

export function Foreseen({ ready, told, fault, faulty, elsewhere, there }: Props) {
  return (
    <Panel title="Now" note="What it would do on the data of today.">
      <div role="status" className={css.foreseen}>
        {!ready && <p className="quiet">Told as soon as the condition is complete.</p>}
        {ready && faulty && <p className={css.lacks}>{fault ?? "Mend what is told beside the fields."}</p>}
        {ready && elsewhere && (
          <Apart engine={elsewhere} mayAsk onAsk={() => there.ask(elsewhere)}>
            Its past is counted from single rows, which lie in {elsewhere}. It is looked at there whenever rules are checked.
          </Apart>
        )}
        {ready && !faulty && !elsewhere && <ThereNote there={there} waits={!told} />}
        {ready && !faulty && !elsewhere && !told && <Skeleton height={80} />}
        {ready && !faulty && told && <Told told={told} />}
      </div>
    </Panel>
  );
}

function Told({ told: { fires, subjects, first, held } }: { told: Preview }) {
  const about = first.every((one) => one.whose.account_id !== null) ? "account" : "subject";
  const back = Object.entries(held).map(([reason, count]) => `${heldWords(reason).toLowerCase()} ${showCount(count)}`);
  return (
    <>
      <p className={css.sum}>
        Would fire now for <b>{counted(fires, about)}</b> of {showCount(subjects)}.
      </p>
      {back.length > 0 && <p className="quiet">Held back: {back.join(", ")}.</p>}
      <ul className={css.first}>
        {first.map(({ whose, why }) => (
          <li key={whose.subject}>
            <b>{whose.account_id ? <AccountLink id={whose.account_id} name={whose.name} /> : wholeName(whose)}</b> {why}
          </li>
        ))}
      </ul>
      {fires > first.length && <p className="quiet">And {showCount(fires - first.length)} more.</p>}
    </>
  );
}
