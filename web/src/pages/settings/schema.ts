// A kind's options, as its JSON Schema describes them, as fields of a form: a new kind needs no TypeScript.

export interface OptionField {
  key: string;
  title: string;
  about: string;
  input: "kpis" | "view" | "dashboard" | "several" | "choice" | "text";
  choices: string[];
  required: boolean;
  usual: unknown;
}

interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  format?: string;
  enum?: string[];
  $ref?: string;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  $defs?: Record<string, Schema>;
}

const KNOWN = ["kpis", "view", "dashboard"] as const; // what is chosen from things that are kept

export function fieldsOf(options: unknown): OptionField[] {
  const whole = options as Schema;
  return Object.entries(whole.properties ?? {}).map(([key, given]) => {
    const found = { ...plain(given, whole), ...given };
    const several = found.type === "array";
    const choices = (several ? found.items?.enum : found.enum) ?? [];
    const known = KNOWN.find((one) => one === found.format);
    const input = known ?? (several ? "several" : choices.length ? "choice" : "text");
    return { key, title: found.title ?? key, about: found.description ?? "", input, choices, required: whole.required?.includes(key) ?? false, usual: found.default };
  });
}

/** What a reference, or a choice between something and nothing, stands for. */
function plain(given: Schema, whole: Schema): Schema {
  const one = given.allOf?.[0] ?? given.anyOf?.find((part) => part.type !== "null") ?? given;
  const name = one.$ref?.split("/").at(-1);
  return name ? (whole.$defs?.[name] ?? {}) : one;
}
