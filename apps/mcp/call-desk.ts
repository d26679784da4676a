// Floor 6. A command of the desk → what a client is given of it: the document, the text, or the error in the desk's own words. Text of
// strangers is data: in the document it stands in JSON, and nothing in it moves a cursor or hides what is there.
import type { CallToolResult } from "@modelcontextprotocol/server";
import { printable } from "#toolkits/fact-check/mask-figures.ts";
import type { CommandInput } from "../command.ts";
import type { Door } from "../door.ts";
import { errorDocument } from "../error-document.ts";

/** The desk as this server needs it: the running one, or one that is opened for the length of a call. */
export type McpDesk = Pick<Door, "run" | "text" | "failed">;

/** As JSON has it. */
export type Document = Readonly<Record<string, unknown>>;

/** @throws what the command throws */
export async function documentOf(desk: McpDesk, command: string, input: CommandInput): Promise<Document> {
  return plain(await desk.run(command, input));
}

/** What the command did not do, or could not, is a result that says so, for the client's model to read. */
export async function callDesk(desk: McpDesk, command: string, input: CommandInput): Promise<CallToolResult> {
  try {
    const document = await desk.run(command, input);
    const content = [{ type: "text" as const, text: printable(desk.text(command, document)) }];
    const result: CallToolResult = { content, structuredContent: { ...plain(document) } };
    return desk.failed(command, document) ? { ...result, isError: true } : result;
  } catch (error) {
    return { content: [{ type: "text", text: printable(errorDocument(error).message) }], isError: true };
  }
}

const plain = (document: unknown): Document =>
  JSON.parse(JSON.stringify(document), (_name, value: unknown) =>
    typeof value === "string" ? printable(value) : value,
  ) as Document;
