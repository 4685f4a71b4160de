// What a part cannot show, because the data lack it, and how to add it.

import type { Need } from "@/api/accounts";
import css from "./Account.module.css";

export function Needs({ needs }: { needs: readonly Need[] | undefined }) {
  return needs?.map((need) => (
    <p key={`${need.lacks} ${need.shows}`} className={css.need}>
      Not shown: {need.shows}. {need.mend}
    </p>
  ));
}
