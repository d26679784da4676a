// A provider that does its job: it reads one market and says its RSI by reference.
import type { ServerReply, ServerRequest } from "#test/support/openai-server.ts";

export const usage = { input: 100, output: 10 };
export const SAID = "The RSI of BTC is {{f1}}.";

export const diligent = ({ toolResults }: ServerRequest): ServerReply =>
  toolResults > 0 ? { text: SAID, usage } : { tool: "analysis", input: { asset: "BTC" }, usage };

export const QUESTION = "does BTC worry you?";

/** A reference to the first fact that the request's messages give in words like these. */
export function referenceTo({ body }: Pick<ServerRequest, "body">, words: RegExp): string {
  const lines = JSON.stringify(body.messages ?? body.input).split(/\\+n|"/);
  const id = lines.find((line) => /^f\d+ = /.test(line) && words.test(line))?.split(" ")[0];
  if (id === undefined) throw new Error(`no fact says ${words}`);
  return `{{${id}}}`;
}
