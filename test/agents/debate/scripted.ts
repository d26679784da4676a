// A model for debates that answers from a script, metered as any other; and what it was shown.
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelChoice } from "#agents/models/select.ts";
import { meteredDouble } from "../models/metered-double.ts";

export type Role = "bull" | "bear" | "judge";

/** One call as the model sees it: the line that names what is debated, the facts, and for whom it speaks. */
export interface Asked {
  readonly role: Role;
  readonly market: string;
  readonly rule: string;
  readonly held: boolean;
  readonly asOf: string;
  readonly decidesAtClose: string;
  /** By what each is: `f7 = 27.4 · RSI (Wilder, 14) · …`. */
  readonly facts: readonly string[];
  readonly text: string;
}

export interface ScriptedModel {
  readonly choice: ModelChoice;
  /** One per call, in order. */
  readonly asked: readonly Asked[];
  /** System and user message of each, as they were sent. */
  readonly texts: readonly string[];
}

export const roleOf = (system: string): Role =>
  system.startsWith("You are the bull") ? "bull" : system.startsWith("You are the bear") ? "bear" : "judge";

export function askedOf(system: string, user: string): Asked {
  const [head = "{}", ...lines] = user.split("\n");
  const named = JSON.parse(head) as Omit<Asked, "role" | "facts" | "text">;
  return { ...named, role: roleOf(system), facts: lines.filter((line) => /^f\d+ = /.test(line)), text: user };
}

/** `script` gives the model's whole text, or throws as a model that is down. */
export function scriptedModel(
  script: (asked: Asked, index: number) => string | Promise<string>,
  { id = "test/scripted", usage = { input: 100, output: 10 } } = {},
): ScriptedModel {
  const asked: Asked[] = [];
  const texts: string[] = [];
  const model: LanguageModelV4 = {
    specificationVersion: "v4",
    provider: "test",
    modelId: id,
    supportedUrls: {},
    doGenerate: async ({ prompt, abortSignal }: LanguageModelV4CallOptions) => {
      abortSignal?.throwIfAborted();
      const system = prompt.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n");
      const user = prompt.find((message) => message.role === "user");
      const [part] = user?.role === "user" ? user.content : [];
      const text = part?.type === "text" ? part.text : "";
      texts.push(`${system}\n\n${text}`);
      const one = askedOf(system, text);
      asked.push(one);
      const answer = await script(one, asked.length - 1);
      return {
        content: [{ type: "text", text: answer }],
        finishReason: { unified: "stop", raw: undefined },
        usage: {
          inputTokens: { total: usage.input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
          outputTokens: { total: usage.output, text: undefined, reasoning: undefined },
        },
        warnings: [],
      };
    },
    doStream: () => Promise.reject(new Error("debates are not streamed")),
  };
  return { choice: { id, modelFor: () => meteredDouble(model) }, asked, texts };
}

type Verdict = "agree" | "shrink" | "veto";

interface Said {
  readonly verdict?: Verdict;
  readonly sizeRatio?: number;
  readonly probability?: number;
  readonly horizonCandles?: number;
  readonly holdsAbove?: number | null;
  readonly holdsBelow?: number | null;
  readonly points?: readonly string[];
}

/** The id of the first fact whose line matches; `f1` where none does. */
export const idOf = ({ facts }: Pick<Asked, "facts">, what: RegExp): string =>
  facts.find((line) => what.test(line))?.split(" ")[0] ?? "f1";

/** A point that stands. */
export const rsiPoint = (asked: Asked): string => `The RSI is {{${idOf(asked, /RSI \(Wilder/)}}}.`;

/** What the role that is asked writes; a verdict only where it is the judge's. */
export function says(asked: Asked, said: Said = {}): string {
  const { verdict = "agree", probability = 0.5, points = [rsiPoint(asked)] } = said;
  if (asked.role !== "judge") return JSON.stringify({ probability, points });
  const sizeRatio = said.sizeRatio ?? (verdict === "agree" ? 1 : verdict === "veto" ? 0 : 0.5);
  const { horizonCandles = 1, holdsAbove = null, holdsBelow = null } = said;
  return JSON.stringify({ probability, verdict, sizeRatio, horizonCandles, holdsAbove, holdsBelow, points });
}

/** A number from 0 to below `of`, by market and time alone, so that two runs hear the same. */
export const moodOf = ({ market, decidesAtClose }: Pick<Asked, "market" | "decidesAtClose">, of: number): number =>
  [...(market + decidesAtClose)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7) % of;

/** Agrees, shrinks and vetoes, for one to three closes. */
export function moody(asked: Asked): string {
  const verdict = (["agree", "shrink", "veto"] as const)[moodOf(asked, 3)] ?? "agree";
  const probability = (1 + moodOf(asked, 9)) / 10;
  return says(asked, { verdict, probability, horizonCandles: 1 + moodOf(asked, 4) });
}
