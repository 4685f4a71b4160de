// Dashboards on a wall screen: one after another, large, nothing around them; new data shows as soon as it is there.

import { ActionIcon, FocusTrap, Portal } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext, IconPlayerTrackPrev, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { type Board, boardOf } from "@/api/boards";
import { asProblem } from "@/api/problem";
import { session } from "@/api/session";
import { ProblemView } from "@/parts/ProblemView";
import { asked } from "@/shell/filter";
import { dateText, lastDay, periodLabel } from "@/words/periods";
import css from "./Board.module.css";
import { defaultsOf } from "./BoardView";
import { after, type BoardSearch, secondsOf } from "./search";
import { Tiles } from "./Tiles";
import { useAwake } from "./useAwake";

interface Props {
  id: string;
  search: BoardSearch;
  onLeave: () => void;
}

export function Wall({ id, search, onLeave }: Props) {
  const ids = search.next ?? [id];
  const seconds = secondsOf(search.every);
  const [paused, setPaused] = useState(false);
  const navigate = useNavigate();
  const { data: board, error } = useQuery({ ...boardOf(id), refetchInterval: seconds * 1000 });
  const { data: who } = useQuery(session);
  useAwake();
  const turn = useCallback(
    (step: number) => void navigate({ to: "/dashboards/$id", params: { id: after(ids, id, step) }, search: (now: Record<string, unknown>) => now, replace: true }),
    [navigate, ids.join(" "), id],
  );
  useEffect(() => {
    if (paused || ids.length < 2) return;
    const timer = window.setInterval(() => turn(1), seconds * 1000);
    return () => window.clearInterval(timer);
  }, [paused, ids.length, seconds, turn]);
  const leave = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    onLeave();
  }, [onLeave]);
  useEffect(() => {
    const acts: Record<string, () => void> = { Escape: leave, ArrowRight: () => turn(1), ArrowLeft: () => turn(-1), " ": () => setPaused((was) => !was) };
    const listen = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLButtonElement && event.key === " ") return;
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [leave, turn]);
  return (
    <Portal>
      <FocusTrap active>
        <div className={css.wall} role="dialog" aria-modal aria-label={board?.name ?? "Dashboard"}>
          <header className={css.wallHead} role="presentation">
            <div>
              <h1>{board?.name ?? "\u00a0"}</h1>
              <p>{board && standing(board, search, who?.snapshot?.as_of)}</p>
            </div>
            <div className={css.wallTools}>
              {ids.length > 1 && (
                <>
                  <Tool label="Back" onClick={() => turn(-1)} icon={IconPlayerTrackPrev} />
                  <Tool label={paused ? "Go on" : "Pause"} onClick={() => setPaused(!paused)} icon={paused ? IconPlayerPlay : IconPlayerPause} />
                  <Tool label="Next" onClick={() => turn(1)} icon={IconPlayerTrackNext} />
                </>
              )}
              <Tool label="Leave the wall" onClick={leave} icon={IconX} />
            </div>
          </header>
          {error && (!board || asProblem(error).status === 404) ? <ProblemView error={error} /> : board && <Tiles key={board.id} layout={board.layout} faults={board.faults} told={search} wall />}
        </div>
      </FocusTrap>
    </Portal>
  );
}

const standing = (board: Board, search: BoardSearch, asOf: unknown): string =>
  [periodLabel(asked(search, defaultsOf(board.layout.narrowing)).period), asOf ? `data to ${dateText(lastDay(String(asOf)))}` : undefined].filter(Boolean).join(" · ");

function Tool({ label, onClick, icon: Icon }: { label: string; onClick: () => void; icon: typeof IconX }) {
  return (
    <ActionIcon variant="default" size="lg" aria-label={label} onClick={onClick}>
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
