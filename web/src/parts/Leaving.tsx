// Asks whoever is about to leave with changes that are not saved.

import { Button, Group, Modal } from "@mantine/core";

interface Props {
  what: string;
  leaving: { stay: () => void; go: () => void };
}

export function Leaving({ what, leaving }: Props) {
  return (
    <Modal opened onClose={leaving.stay} title="Leave without saving?" closeButtonProps={{ "aria-label": "Close" }}>
      <p>{what}</p>
      <Group mt="md">
        <Button onClick={leaving.stay}>Stay</Button>
        <Button variant="default" onClick={leaving.go}>
          Leave, drop the changes
        </Button>
      </Group>
    </Modal>
  );
}
