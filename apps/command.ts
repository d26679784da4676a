// Floor 6. What a command is. Desk commands run on an opened desk: this process's own, or the one that holds the home;
// either way the document is made by `execute` and dressed by `render`. Their words are in command-words.ts.
import type { z } from "zod";
import { notAsking } from "#desk/not-asking.ts";
import type { ShownText } from "#schemas/fact.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Style } from "./io.ts";
import type { RunChoice } from "./run-choice.ts";
import { SIMULATED } from "./text/analysis-text.ts";
import { type ExchangeWord, exchangeText, exchangeWord } from "./text/exchange-word.ts";
import type { OpenDesk } from "./wire.ts";

export interface CommandInput {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

export interface DeskCommand<Document = unknown> {
  /** As typed, for example `memory list`. */
  readonly name: string;
  /**
   * What its document is: each member with its meaning and unit. That it says beside them whether prices are invented, and how old
   * the exchange's last word is, is added for all (document-schema.ts).
   */
  readonly document: z.ZodType<Document>;
  /** Which run it looks at when no desk is running; left out: the latest, between or beside its slots. */
  readonly run?: RunChoice;
  /** True where it changes nothing and costs nothing: whoever may only read may ask for it, again and again. */
  readonly reads?: boolean;
  /** True where it must not run in the middle of a tick. */
  readonly exclusive?: boolean;
  /** What does not wait for a slot that is under way, before `execute` which may. */
  first?(open: OpenDesk, input: CommandInput, options: CommandOptions): Promise<void>;
  /** What a slot that was under way may have undone, once it has ended. */
  afterSlot?(open: OpenDesk, input: CommandInput, document: Document, options: CommandOptions): Promise<void>;
  /** True where it needs the account to itself among all processes; left out: it only reads what another may be writing. */
  readonly writes?: boolean;
  /**
   * How it stands to an exchange. `not-asked`: it answers from the store, whatever the exchange does; `when-needed`: it begins with
   * what the home has kept, and asks where that does not do; left out: the exchange lists its markets first.
   */
  readonly exchange?: "not-asked" | "when-needed";
  /** True where what it shows is as old as the exchange's last word, which is then said. */
  readonly saysAge?: boolean;
  /** True where a running desk cannot do it: it has in memory what would be changed beneath it. */
  readonly needsStoppedDesk?: boolean;
  /** Refuses what can be seen to be wrong before a desk is opened. @throws UsageError */
  check?(input: CommandInput): void;
  /** What a person is asked before a desk is opened, unless --yes was given. */
  confirm?(input: CommandInput): string;
  execute(open: OpenDesk, input: CommandInput, options: CommandOptions): Promise<NoInfer<Document>>;
  /**
   * What is left to do in the process where the command was typed, before the document is shown, such as a file in its
   * folder; resolves with a note for people, or null.
   */
  finish?(document: Document, input: CommandInput): Promise<string | null>;
  /** True where the document says that the command did not do what it is for: exit 1. */
  failed?(document: Document): boolean;
  render(document: Document, style: Style): string;
  /** What --csv prints instead; it says in a column of its own whether prices are invented. */
  csv?(document: Document): string;
}

export interface CommandOptions extends CallOptions {
  /** @param what is counted; left out: the command's own work */
  readonly onProgress?: (done: number, of: number, what?: string) => void;
  /** Each piece of a text that comes bit by bit, as soon as it may be shown; the document's text begins with them. */
  readonly onShown?: ((piece: ShownText) => void) | undefined;
}

/** What every document says beside its own. */
interface Told {
  readonly simulated: boolean;
  readonly exchange?: ExchangeWord;
}

/**
 * A command for the registry, which forgets the document's type between execute and render. Law 10 is kept here for all of
 * them: every document says whether its prices are invented, and so does every text.
 */
export const deskCommand = <Document extends object>(command: DeskCommand<Document>): DeskCommand => ({
  ...command,
  execute: async (given, input, options) => {
    command.check?.(input);
    const open = command.exchange === "not-asked" ? { ...given, desk: notAsking(given.desk, given.store) } : given;
    const document = await command.execute(open, input, options);
    const exchange = command.saysAge === true ? await exchangeWord(open, options) : null;
    const { simulated } = open.desk.marketData;
    return exchange === null ? { ...document, simulated } : { ...document, simulated, exchange };
  },
  finish: async (document, input) => (await command.finish?.(document as Document, input)) ?? null,
  ...(command.afterSlot === undefined
    ? {}
    : {
        afterSlot: async (open: OpenDesk, input: CommandInput, document: unknown, options: CommandOptions) =>
          command.afterSlot?.(open, input, document as Document, options),
      }),
  failed: (document) => command.failed?.(document as Document) ?? false,
  ...(command.csv === undefined ? {} : { csv: (document: unknown) => command.csv?.(document as Document) ?? "" }),
  render: (document, style) => {
    const { simulated, exchange } = document as Told;
    const age = exchange === undefined ? "" : `\n${style.dim(exchangeText(exchange))}`;
    const text = `${command.render(document as Document, style)}${age}`;
    return simulated && !text.includes(SIMULATED) ? `${style.warn(SIMULATED)}\n${text}` : text;
  },
});
