// What is in sight while a table scrolls: told as it goes on, but for what flies past, which is told where it rests.

export interface Sight {
  first: number;
  last: number;
  held: number; // the row that is walked on, wherever it is
}

const LOOK_MS = 60;

/** `far`: so many rows between two looks fly past. */
export function following(tell: (sight: Sight) => void, far: number): (sight: Sight) => void {
  let [before, now]: (Sight | undefined)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (sight: Sight) => {
    const flies = before !== undefined && Math.abs(sight.first - before.first) > far;
    const rests = before === sight;
    before = sight;
    if (!flies) tell(sight);
    timer = rests ? undefined : setTimeout(() => now && look(now), LOOK_MS);
  };
  return (sight) => {
    now = sight;
    if (timer === undefined) look(sight);
  };
}
