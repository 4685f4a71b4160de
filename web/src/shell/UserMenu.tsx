// Who is signed in, the theme, the way to people and tokens, and the way out.

import { Avatar, Popover, SegmentedControl, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconUsers } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { type SignedIn, signOut } from "@/api/session";
import css from "./UserMenu.module.css";

export function UserMenu({ session }: { session: SignedIn }) {
  const [opened, setOpened] = useState(false);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const router = useRouter();
  const queries = useQueryClient();
  const leave = async () => {
    await signOut();
    queries.clear();
    await router.navigate({ to: "/sign-in" });
  };
  const { name, email, role_label } = session.user;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={248} trapFocus>
      <Popover.Target>
        <UnstyledButton onClick={() => setOpened((was) => !was)}>
          <Avatar size={32} radius="xl" color="iris" variant="filled" name={name || email} alt="" aria-hidden />
          <span className="unseen">{name || email}: theme, sign out</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={css.menu} aria-label="You">
        <div className={css.who}>
          <b>{name || email}</b>
          {email} · {role_label}
        </div>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Theme"
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme as "light" | "dark" | "auto")}
          data={[
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
            { value: "auto", label: "Auto" },
          ]}
        />
        <Link to="/people" className={css.item} onClick={() => setOpened(false)}>
          <IconUsers size={16} aria-hidden />
          {session.rights.includes("manage_users") ? "People and API tokens" : "API tokens"}
        </Link>
        <button type="button" className={css.item} onClick={() => void leave()}>
          <IconLogout size={16} aria-hidden />
          Sign out
        </button>
      </Popover.Dropdown>
    </Popover>
  );
}
