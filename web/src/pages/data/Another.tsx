// A domain or a company's name that somebody knows the account of, whether rows wait for it or not.

import { Button, Modal, SegmentedControl, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Matches } from "@/api/data";
import { counted } from "@/words/format";
import css from "./Data.module.css";

interface Props {
  told: Matches;
  onClose: () => void;
  onOpen: (item: string) => void;
}

export function Another({ told, onClose, onOpen }: Props) {
  const [kind, setKind] = useState("domain");
  const [value, setValue] = useState("");
  const said = `${kind}:${value.trim().toLowerCase()}`;
  const known = told.waiting.find((item) => item.said === said);
  const go = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onOpen(said);
  };
  return (
    <Modal opened onClose={onClose} title="Decide on another domain or name" centered closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={go}>
        <p className="quiet">For rows whose domain or company name leads to no account yet. Say here what they bring, then whose it is.</p>
        <SegmentedControl
          aria-label="Kind"
          value={kind}
          onChange={setKind}
          data={[
            { value: "domain", label: "Domain" },
            { value: "name", label: "Company name" },
          ]}
        />
        <TextInput label={kind === "domain" ? "Domain" : "Name"} placeholder={kind === "domain" ? "acme.com" : "Acme Inc"} data-autofocus required withAsterisk={false} maxLength={180} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        {known && <p className="quiet">{counted(Object.values(known.rows).reduce((all, one) => all + one, 0), "row")} wait for it.</p>}
        <Button type="submit" disabled={!value.trim()}>
          Go on
        </Button>
      </form>
    </Modal>
  );
}
