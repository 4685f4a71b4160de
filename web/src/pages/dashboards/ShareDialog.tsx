// Who may see and who may change a dashboard; its link.

import { Button, CopyButton, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { IconCheck, IconLink } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Board, boardOf, boards, changeBoard, type Shared } from "@/api/boards";
import { ProblemView } from "@/parts/ProblemView";

const CHOICES: { value: Shared; label: string; about: string }[] = [
  { value: "nobody", label: "Only me", about: "Nobody else finds it; its link shows nothing. Admins can see to all dashboards." },
  { value: "look", label: "Everybody may look", about: "Whoever can sign in finds it under “Shared with me”, or opens its link." },
  { value: "change", label: "Everybody may look and change", about: "Also lay it out anew; only you say who sees it, and delete it." },
];

export function ShareDialog({ board, onClose }: { board: Board; onClose: () => void }) {
  const queries = useQueryClient();
  const share = useMutation({
    mutationFn: (shared: Shared) => changeBoard(board.id, { version: board.version, shared }),
    onSuccess: (changed) => {
      queries.setQueryData(boardOf(board.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: boards.queryKey, exact: true });
    },
    onError: () => void queries.invalidateQueries({ queryKey: boardOf(board.id).queryKey }),
  });
  const link = `${window.location.origin}/dashboards/${board.id}`;
  return (
    <Modal opened onClose={onClose} title={`Share ${board.name}`} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        <Radio.Group label="Who may see it" value={share.isPending ? share.variables : board.shared} onChange={(shared) => share.mutate(shared as Shared)}>
          <Stack gap="xs" mt="xs">
            {CHOICES.map(({ value, label, about }) => (
              <Radio key={value} value={value} label={label} description={about} disabled={!board.may_share || share.isPending} />
            ))}
          </Stack>
        </Radio.Group>
        <Text size="sm" c="var(--ink-2)">
          Everybody sees the accounts that are his: in the same dashboard an account manager sees figures of his own accounts, you those of yours. Nobody sees more by it than he may see anyway.
        </Text>
        {share.error && <ProblemView error={share.error} />}
        <Group>
          <CopyButton value={link}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconLink size={15} aria-hidden />} onClick={copy}>
                {copied ? "Copied" : "Copy the link"}
              </Button>
            )}
          </CopyButton>
          <Text size="xs" c="var(--ink-3)" style={{ overflowWrap: "anywhere" }}>
            {link}
          </Text>
        </Group>
      </Stack>
    </Modal>
  );
}
