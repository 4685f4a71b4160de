// Files made in the browser: noted in the audit log, as those of the server are, and then handed over.

import { download, linesOf } from "@/words/listing";
import { client, told } from "./client";

interface File {
  name: string;
  title: string; // what it shows
  content: string | Blob; // a table as CSV, or a picture
}

export async function takeAway({ name, title, content }: File): Promise<void> {
  const page = `${location.pathname}${location.search}`;
  const form = typeof content === "string" ? { form: "text/csv" as const, rows: linesOf(content).length - 1 } : { form: "image/png" as const };
  await told(client.POST("/api/v1/exports", { body: { page, title, ...form } }));
  download(name, content);
}
