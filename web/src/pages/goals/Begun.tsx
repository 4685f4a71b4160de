// What a start made: the dashboard, the targets to fill in, the first review.

import { Link } from "@tanstack/react-router";
import { BASE } from "@/api/client";
import type { Goal } from "@/api/goals";
import { Tile, Tiles } from "@/parts/Tiles";
import css from "./Goals.module.css";
import { openAims, quarterName } from "./telling";

export function Begun({ goal, board }: { goal: Goal; board: NonNullable<Goal["dashboard"]> }) {
  const open = openAims(goal.targets);
  const pdf = `${BASE}/reports/review?cadence=${goal.review}&goal=${goal.goal}&format=pdf`;
  return (
    <div className={css.begun}>
      <Tiles>
        <Tile
          title="Dashboard"
          value={
            <Link to="/dashboards/$id" params={{ id: board.id }}>
              Open the dashboard
            </Link>
          }
          note={board.new ? "Made now; share it with whoever is to look." : "These KPIs as numbers and lines, to be arranged as you like."}
        />
        <Tile title="Targets" value={goal.targets.length === 0 ? "–" : open ? `${open} to fill in` : "All set"} note={targetsText(goal)} tone={open ? "warn" : undefined} />
        <Tile
          title="Review"
          value={<a href={pdf}>Latest as PDF</a>}
          note={goal.frozen ? <Link to="/reviews/$id" params={{ id: goal.frozen.id }}>Where you began: {goal.frozen.name}</Link> : "None is kept yet."}
        />
      </Tiles>
    </div>
  );
}

function targetsText({ targets }: Goal): string {
  const first = targets[0];
  return first ? `Of ${first.name === "Company" ? "the company" : first.name}, for ${quarterName(first.period)}; see below.` : "You see nobody's accounts whole, so there is nothing to set.";
}
