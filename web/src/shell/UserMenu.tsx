// Who is signed in, the theme, and the way out.

import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconUsers } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type SignedIn, signOut } from "@/api/session";

export function UserMenu({ session }: { session: SignedIn }) {
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
    <Menu position="bottom-end" shadow="md" width={248} closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton>
          <Avatar size={32} radius="xl" color="iris" variant="filled" name={name || email} alt="" aria-hidden />
          <span className="unseen">{name || email}: theme, sign out</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <b style={{ color: "var(--ink)" }}>{name || email}</b>
          <br />
          {email} · {role_label}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
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
        <Menu.Divider />
        <Menu.Item leftSection={<IconUsers size={16} aria-hidden />} closeMenuOnClick component={Link} to="/people">
          {session.rights.includes("manage_users") ? "People and API tokens" : "API tokens"}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
