// A scripted model that reads as a careful one does: it calls the tools of its script, finds what it needs among the fact lines
// that it was given, by label and market, and writes references to them. What it needs and was not given is a fault of the desk.
import type { ServerReply, ServerRequest } from "./openai-server.ts";

/** One line as the model reads it: `f12 = 27.4 · RSI (Wilder, 14) · ETH/USDT 1h · …`. */
export interface FactLine {
  readonly id: string;
  readonly value: string;
  readonly label: string;
  /** What stands behind the label: market and timeframe, window, strategy, rank, time. */
  readonly rest: readonly string[];
}

export interface Wanted {
  /** Ticker. */
  readonly of?: string | undefined;
  /** `1h` of the market's timeframe, `over 1d`, `strategy eager`: a part, or the end of one. */
  readonly part?: string | undefined;
  /** `USDT`, `%`: how the value ends. */
  readonly unit?: string | undefined;
}

export class FactsRead {
  readonly #lines: readonly FactLine[];

  /** @param texts what the tools have given, then what came with the question */
  constructor(texts: readonly string[]) {
    this.#lines = texts.flatMap(linesOf);
  }

  all(label: RegExp, { of, part, unit }: Wanted = {}): readonly FactLine[] {
    return this.#lines.filter(
      (line) =>
        label.test(line.label) &&
        (of === undefined || line.rest.some((each) => each.startsWith(`${of}/`))) &&
        (part === undefined || line.rest.some((each) => each.endsWith(part))) &&
        (unit === undefined || line.value.endsWith(unit)),
    );
  }

  /** The first of them. @throws Error where there is none */
  line(label: RegExp, wanted: Wanted = {}): FactLine {
    const [found] = this.all(label, wanted);
    if (found !== undefined) return found;
    throw new Error(`No fact ${label} ${JSON.stringify(wanted)} among:\n${this.#lines.map(said).join("\n")}`);
  }

  /** `{{f12}}` or `{{f12|abs}}` of the first of them. */
  ref(label: RegExp, wanted: Wanted = {}, form?: "abs" | "at" | "name"): string {
    return refTo(this.line(label, wanted), form);
  }

  number(label: RegExp, wanted: Wanted = {}): number {
    return Number.parseFloat(this.line(label, wanted).value);
  }
}

export const refTo = ({ id }: FactLine, form?: "abs" | "at" | "name"): string =>
  form === undefined ? `{{${id}}}` : `{{${id}|${form}}}`;

/** `BTC` of a line that is of a market. */
export const tickerOf = (line: FactLine): string => {
  const market = line.rest.find((part) => /^[A-Z0-9]+\/[A-Z]+/.test(part));
  if (market === undefined) throw new Error(`${said(line)} is of no market.`);
  return market.split("/")[0] ?? "";
};

const said = ({ id, value, label, rest }: FactLine): string => `${id} = ${[value, label, ...rest].join(" · ")}`;

const linesOf = (text: string): readonly FactLine[] =>
  text.split("\n").flatMap((line): FactLine[] => {
    const [, id, rest = ""] = /^(f\d+) = (.*)$/.exec(line) ?? [];
    if (id === undefined) return [];
    const [value = "", label = "", ...parts] = rest.split(" · ");
    return [{ id, value, label, rest: parts }];
  });

export interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ModelScript {
  /** In order; a later one may depend on what was read before. */
  readonly calls: readonly (Call | ((facts: FactsRead, question: string) => Call))[];
  readonly say: (facts: FactsRead, question: string) => string;
}

/** The operator's words, as they stand at the end of what a model is sent. */
export const questionIn = ({ user }: Pick<ServerRequest, "user">): string =>
  /The operator asks:\n([\s\S]*?)(?:\n\nYour last answer could not|$)/.exec(user)?.[1] ?? "";

/** What a model has been given by now. */
export const factsGiven = (request: ServerRequest): FactsRead => new FactsRead([...toolTexts(request), request.user]);

const usage = { input: 900, output: 100 };

/**
 * @param scriptFor of a question
 * @param onFault what the script missed; the call fails, as a server's does
 */
export const competentModel =
  (scriptFor: (question: string) => ModelScript, onFault: (fault: string) => void) =>
  (request: ServerRequest): ServerReply => {
    const question = questionIn(request);
    try {
      const { calls, say } = scriptFor(question);
      const facts = factsGiven(request);
      const next = calls[request.toolResults];
      if (next === undefined) return { text: say(facts, question), usage };
      return { ...(typeof next === "function" ? next(facts, question) : next), usage };
    } catch (error) {
      onFault(`${question}: ${error instanceof Error ? error.message : String(error)}`);
      return { status: 400, message: "the script failed" };
    }
  };

/** Of the chat protocol: what each tool has answered, newest last. */
const toolTexts = ({ body }: ServerRequest): readonly string[] =>
  (body.messages ?? []).flatMap(({ role, content }) => {
    if (role !== "tool") return [];
    const text = typeof content === "string" ? content : JSON.stringify(content);
    try {
      const { facts } = JSON.parse(text) as { readonly facts?: string };
      return [facts ?? text];
    } catch {
      return [text];
    }
  });
