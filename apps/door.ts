// Floor 6. What every face of a running desk is given: its commands by name, its events, and who it is. The page, the API, a
// messenger and an MCP client are ways to call this; none has a use case of its own.
import { setImmediate as nextTurn } from "node:timers/promises";
import PQueue from "p-queue";
import type { Desk } from "#desk/desk.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { CommandInput, CommandOptions } from "./command.ts";
import { deskCommandNamed, serveRequest } from "./desk-commands.ts";
import type { Feed } from "./feed.ts";
import { PLAIN_STYLE } from "./io.ts";
import type { OpenDesk } from "./wire.ts";

/** Who is asked. None of it changes while the desk runs. */
export interface DeskWords {
  readonly desk: string;
  readonly run: string;
  readonly venue: string;
  /** Law 10: every face says it. */
  readonly simulated: boolean;
  readonly timeframe: string;
  /** Settlement currency. */
  readonly quote: string;
}

export interface Door {
  readonly about: DeskWords;
  /** The desk's own clock, epoch ms. */
  nowMs(): number;
  /**
   * The document of a command, as `--json` prints it.
   * @param command as typed, for example `memory show`
   * @throws what the command throws: errors of schemas/errors.ts, and of those UsageError for a wrong input
   */
  run(command: string, input: CommandInput, options?: Pick<CommandOptions, "onShown">): Promise<unknown>;
  /** A document of that command as the terminal shows it, undressed. */
  text(command: string, document: unknown): string;
  /** True where the document says that the command did not do what it is for. */
  failed(command: string, document: unknown): boolean;
  /** What has happened, as it happens. */
  readonly feed: Feed;
}

const wordsOf = ({ deskId, runId, marketData, config, quote }: Desk): DeskWords => ({
  desk: deskId,
  run: runId,
  venue: marketData.venue,
  simulated: marketData.simulated,
  timeframe: config.timeframe,
  quote,
});

/** Documents made side by side: many that are asked for together leave the desk its turns in between. */
const READS_AT_ONCE = 2;

/** The one door to an opened desk. @param exclusively one at a time: a slot, and the commands that must not meet one */
export function createDoor(open: OpenDesk, exclusively: PQueue, feed: Feed): Door {
  const reading = new PQueue({ concurrency: READS_AT_ONCE });
  return {
    about: wordsOf(open.desk),
    nowMs: () => open.desk.clock.now(),
    // A command under way is finished, whoever asked for it has gone or not.
    run: (command, input, options = {}) => {
      const work = () => serveRequest(open, exclusively, { command, ...input }, { ...NEVER_ABORTED, ...options });
      return deskCommandNamed(command).reads === true ? reading.add(() => nextTurn().then(work)) : work();
    },
    text: (command, document) => deskCommandNamed(command).render(document, PLAIN_STYLE),
    failed: (command, document) => deskCommandNamed(command).failed?.(document) ?? false,
    feed,
  };
}
