// What stages of the journey and lists are called.

export const NOWHERE = "none"; // the stage of accounts in no stage
const INITIALS = 3; // names as short as this are initials: MQA, SQA

export function stageWords(name: string): string {
  if (name === NOWHERE) return "In no stage";
  const words = name.replaceAll("_", " ");
  return name.length <= INITIALS ? words.toUpperCase() : words.charAt(0).toUpperCase() + words.slice(1);
}

const LISTS: Record<string, string> = { target: "Target accounts", control: "Control group", non_target: "Not targeted" };

export const listWords = (name: string): string => LISTS[name] ?? name.replaceAll("_", " ");
