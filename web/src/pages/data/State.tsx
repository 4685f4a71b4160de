// Sources, the balance of their rows, and what is wrong.

import { Balance } from "./Balance";
import css from "./Data.module.css";
import { Problems } from "./Problems";
import { Sources } from "./Sources";

export function State() {
  return (
    <div className={css.stack}>
      <Balance />
      <Problems />
      <Sources />
    </div>
  );
}
