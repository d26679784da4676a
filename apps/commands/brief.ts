// Floor 6. `brief [SYMBOL]`: what the desk's model has written asleep; shown by code, checked against its facts. No model is asked.
import { z } from "zod";
import type { Desk } from "#desk/desk.ts";
import { BriefDocument, briefDocument } from "#desk/judgement/brief-document.ts";
import { keptScopes, recallBrief } from "#desk/judgement/brief-store.ts";
import type { BriefScope } from "#schemas/brief.ts";
import { UsageError } from "#schemas/errors.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { briefText } from "../text/brief-text.ts";
import { resolveSymbol } from "./symbols.ts";

const BriefsDocument = z.object({
  nowMs: z.number().describe("the desk's clock; UTC epoch ms"),
  quarantined: z.boolean().describe("true: none is served or written until that is lifted"),
  briefs: z.array(BriefDocument).readonly(),
  isOne: z.boolean().describe("one was asked for, and is shown whole"),
});
export type BriefsDocument = Readonly<z.infer<typeof BriefsDocument>>;

const briefShow = deskCommand({
  name: "brief show",
  document: BriefsDocument,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }, { args: [typed] }, options) => {
    const nowMs = desk.clock.now();
    const scopes = typed === undefined ? await keptScopes(desk, nowMs, options) : [scopeNamed(desk, typed)];
    const briefs: BriefDocument[] = [];
    for (const scope of scopes) briefs.push(briefDocument(desk, scope, await recallBrief(desk, scope, nowMs, options)));
    return { nowMs, quarantined: desk.quarantine.has("brief"), briefs, isOne: typed !== undefined };
  },
  render: briefText,
});

/** `all`, `book`, or a market. @throws UnknownNameError */
function scopeNamed(desk: Desk, typed: string): BriefScope {
  const at = { venueId: desk.marketData.venueId, timeframe: desk.config.timeframe };
  if (typed === "all") return { of: "all", ...at };
  if (typed === "book") return { of: "book", ...at, runId: desk.runId };
  return { of: "market", ...at, symbol: resolveSymbol(desk, typed) };
}

const briefLift = deskCommand({
  name: "brief lift",
  document: z.object({ lifted: z.boolean().describe("false: they were not under quarantine"), by: z.string() }),
  exchange: "not-asked",
  exclusive: true,
  writes: true,
  check: (input) => void byOf(input),
  execute: async ({ desk }, input, options) => {
    const by = byOf(input);
    if (!desk.quarantine.has("brief")) return { lifted: false, by };
    const detail = `lifted by ${by}`;
    const event = { type: "quarantine", atMs: desk.clock.now(), kind: "brief", state: "lifted", detail } as const;
    await desk.account.append([event], options);
    return { lifted: true, by };
  },
  render: ({ lifted }) =>
    lifted ? "Briefs are written and served again; those of before stay void." : "Briefs are not under quarantine.",
});

/** @throws UsageError */
function byOf({ flags }: CommandInput): string {
  const by = flags["by"] ?? "operator";
  if (typeof by === "string" && /^[\w .@-]{1,40}$/.test(by)) return by;
  throw new UsageError({
    was: `--by was ${JSON.stringify(by)}.`,
    expected: "a name of at most 40 letters, digits and . @ - _",
    remedy: "Correct it.",
  });
}

export const briefCommands = [briefShow, briefLift] as const;
