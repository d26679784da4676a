// A provider that does its job: it reads one market and says its RSI by reference.
import type { ServerReply, ServerRequest } from "#test/support/openai-server.ts";

export const usage = { input: 100, output: 10 };
export const SAID = "The RSI of BTC is {{f1}}.";

export const diligent = ({ toolResults }: ServerRequest): ServerReply =>
  toolResults > 0 ? { text: SAID, usage } : { tool: "analysis", input: { asset: "BTC" }, usage };

export const QUESTION = "how does BTC look to you?";
