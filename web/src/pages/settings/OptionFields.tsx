// The options of what is sent, by the schema its kind gives.

import { Input, MultiSelect, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { boards, everyView } from "@/api/boards";
import type { Ways } from "@/api/deliveries";
import { catalog } from "@/api/queries";
import { KpiPicker } from "@/parts/KpiPicker";
import { fieldsOf, type OptionField } from "./schema";
import css from "./Settings.module.css";

interface Props {
  kind: Ways["kinds"][number];
  options: Record<string, unknown>;
  fault: string | undefined;
  onChange: (options: Record<string, unknown>) => void;
}

export function OptionFields({ kind, options, fault, onChange }: Props) {
  const put = (key: string, value: unknown) => onChange({ ...options, [key]: value });
  return (
    <>
      {fieldsOf(kind.options).map((field) => (
        <OptionInput key={field.key} field={field} value={options[field.key]} onChange={(value) => put(field.key, value)} />
      ))}
      {fault && (
        <p role="alert" className={`${css.bad} ${css.wide}`}>
          {fault}
        </p>
      )}
    </>
  );
}

type ChoiceProps = Pick<InputProps, "value" | "onChange"> & { label: string; description?: string };

function ViewChoice({ value, onChange, ...words }: ChoiceProps) {
  const { data = [] } = useQuery(everyView);
  const choices = data.filter((view) => view.shared).map((view) => ({ value: view.id, label: `${PAGES[view.page] ?? view.page}: ${view.name}` }));
  return <Select {...words} searchable allowDeselect={false} nothingFoundMessage="No view is shared yet" data={choices} value={value === undefined ? null : String(value)} onChange={onChange} />;
}

const PAGES: Record<string, string> = { accounts: "Accounts", explore: "Explore" };

function BoardChoice({ value, onChange, ...words }: ChoiceProps) {
  const { data = [] } = useQuery(boards);
  const choices = data.filter((board) => board.shared !== "nobody").map((board) => ({ value: board.id, label: board.name }));
  return <Select {...words} searchable allowDeselect={false} nothingFoundMessage="No dashboard is shared yet" data={choices} value={value === undefined ? null : String(value)} onChange={onChange} />;
}

interface InputProps {
  field: OptionField;
  value: unknown;
  onChange: (value: unknown) => void;
}

function OptionInput({ field, value, onChange }: InputProps) {
  const { data } = useQuery(catalog);
  const words = { label: field.title, description: field.about || undefined };
  const listed = Array.isArray(value) ? value.map(String) : [];
  if (field.input === "kpis")
    return (
      <Input.Wrapper className={css.wide} {...words}>
        <KpiPicker kpis={data?.kpis ?? []} chosen={listed} onChoose={onChange} />
      </Input.Wrapper>
    );
  if (field.input === "view") return <ViewChoice {...words} value={value} onChange={onChange} />;
  if (field.input === "dashboard") return <BoardChoice {...words} value={value} onChange={onChange} />;
  if (field.input === "several") return <MultiSelect {...words} data={field.choices} value={listed} onChange={onChange} />;
  if (field.input === "choice") return <Select {...words} allowDeselect={!field.required} data={field.choices} value={value === undefined ? null : String(value)} onChange={onChange} />;
  return <TextInput {...words} value={value === undefined || value === null ? "" : String(value)} onChange={(event) => onChange(event.currentTarget.value)} />;
}
