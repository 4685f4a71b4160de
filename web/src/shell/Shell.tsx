// What stands around every page: navigation, ask bar, the state of the data, the person; and the keys.

import { ActionIcon, Burger, Drawer } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconKeyboard, IconSearch } from "@tabler/icons-react";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import type { SignedIn } from "@/api/session";
import { AskBar } from "./AskBar";
import { Freshness } from "./Freshness";
import { ExplainDrawer } from "@/explain/ExplainDrawer";
import { Help } from "./Help";
import { type Key, useKeys } from "./keys";
import { Nav } from "./Nav";
import { usePages } from "./pages";
import css from "./Shell.module.css";
import { UserMenu } from "./UserMenu";
import { Unreachable } from "./Unreachable";

export function Shell({ session }: { session: SignedIn }) {
  const [asking, setAsking] = useState(false);
  const [helping, help] = useDisclosure();
  const [menu, openMenu] = useDisclosure();
  const narrow = useMediaQuery("(max-width: 900px)");
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { close: closeMenu } = openMenu;
  const { open: openHelp } = help;
  const pages = usePages();
  useEffect(() => closeMenu(), [path, closeMenu]);

  const act = useCallback(
    (key: Key) => {
      if (key.kind === "ask") setAsking(true);
      else if (key.kind === "help") openHelp();
      else {
        const page = pages.find((page) => page.letter === key.letter);
        if (page) void navigate({ to: page.to });
      }
    },
    [navigate, openHelp, pages],
  );
  useKeys(act);

  return (
    <div className={css.shell}>
      <a href="#main" className={css.skip}>
        Skip to the page
      </a>
      <aside className={css.side}>
        <Nav session={session} />
      </aside>
      <Drawer opened={menu && Boolean(narrow)} onClose={openMenu.close} size={260} padding={0} withCloseButton={false} attributes={{ content: { "aria-label": "Pages" } }}>
        <Nav session={session} />
      </Drawer>
      <div className={css.body}>
        <header className={css.top}>
          <Burger className={css.burger} opened={menu} onClick={openMenu.toggle} size="sm" aria-label="Pages" />
          <button type="button" className={css.ask} onClick={() => setAsking(true)}>
            <IconSearch size={16} aria-hidden />
            <span>Ask: win rate by tier last 4 quarters</span>
            <kbd aria-hidden>/</kbd>
          </button>
          <div className={css.right}>
            <Freshness session={session} />
            <ActionIcon className={css.help} variant="subtle" color="gray" c="var(--ink-2)" aria-label="Keys" onClick={help.open}>
              <IconKeyboard size={18} aria-hidden />
            </ActionIcon>
            <UserMenu session={session} />
          </div>
        </header>
        <Unreachable />
        <main id="main" className={css.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <ExplainDrawer />
      <AskBar opened={asking} onClose={() => setAsking(false)} />
      <Help opened={helping} onClose={help.close} />
    </div>
  );
}
