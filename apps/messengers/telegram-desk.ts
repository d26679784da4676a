// Floor 6. Updates of the bot → commands of the desk, each at most once: remembered first, done then, answered last. What comes from a
// chat that is not paired is not even remembered, but for the right code.
import PQueue from "p-queue";
import { formatTime } from "#desk/documents/format.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import { AskBack } from "./ask-back.ts";
import { CHAT_COMMANDS, type ChatCall, type ChatDesk } from "./chat-commands.ts";
import type { WallClock } from "./deadline.ts";
import { pairedChats } from "./paired-chats.ts";
import { answerPress, proposalPress } from "./proposal-buttons.ts";
import type { Reply } from "./reply.ts";
import type { Taken, TakenUpdates } from "./taken-updates.ts";
import { TelegramPairing } from "./telegram-pairing.ts";
import type { TelegramSender } from "./telegram-sender.ts";
import { byOf, type Heard, type ReadUpdate } from "./telegram-updates.ts";

/** Of one chat, waiting and under way; what comes beyond is not done, and that is said. */
const MOST_WAITING = 20;
/** Letters of a line that are remembered while it is worked on. */
const MOST_WORDS = 80;

export interface TelegramDeskParts extends ChatDesk {
  readonly home: string;
  readonly clock: WallClock;
  readonly taken: TakenUpdates;
  readonly sender: TelegramSender;
  readonly note: (text: string) => void;
}

const LINE = /^\/(\w+)(?:@(\w+))?(?:\s+([\s\S]*))?$/;

type Line = Extract<Heard, { kind: "line" }>;
type Press = Extract<Heard, { kind: "button" }>;

/** What is to be done with an update. */
interface Task {
  /** For people, should the desk die over it. */
  readonly words: string;
  readonly acts: boolean;
  readonly turn: "at-once" | "question" | "in-turn";
  readonly run: () => Promise<void>;
}

export class TelegramDesk {
  readonly #parts: TelegramDeskParts;
  readonly #pairing: TelegramPairing;
  readonly #askBack: AskBack;
  readonly #queues = new Map<string, PQueue>();
  readonly #underWay = new Set<Promise<void>>();
  #botName: string | null = null;

  constructor(parts: TelegramDeskParts) {
    const { home, clock, note } = parts;
    this.#parts = parts;
    this.#pairing = new TelegramPairing({ home, now: clock.now, note });
    this.#askBack = new AskBack(clock.now);
  }

  /** The bot's own name: in groups commands are written to one of several bots. */
  knownAs(name: string): void {
    this.#botName = name.toLowerCase();
  }

  /** Resolves once it is remembered. @throws where that fails: then nothing is done, and it comes again */
  async take({ updateId, heard }: ReadUpdate): Promise<void> {
    const { taken, home, clock } = this.#parts;
    if (heard === null || taken.has(updateId)) return;
    const isPaired = (await pairedChats(home)).some(({ id }) => id === heard.chat.id);
    const task = isPaired ? this.#taskOf(heard) : await this.#pairTask(heard);
    if (task === null) return;
    const { words, acts } = task;
    await taken.take({ updateId, chatId: heard.chat.id, words: words.slice(0, MOST_WORDS), acts, atMs: clock.now() });
    this.#begin(updateId, heard, task);
  }

  /** What the process before this one had taken and not finished: it may have been done or not, and is not done again. */
  async tellLeft(): Promise<void> {
    const { taken, home, sender } = this.#parts;
    const paired = new Set((await pairedChats(home)).map(({ id }) => id));
    for (const left of taken.left) {
      if (!paired.has(left.chatId) || (await sender.send(left.chatId, { text: leftText(left) }))) {
        await taken.finish(left.updateId);
      }
    }
  }

  /** Once everything that was taken is done and answered. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #pairTask(heard: Heard): Promise<Task | null> {
    const code = this.#pairing.codeOf(heard);
    if (code === null || !(await this.#pairing.offer(heard, code))) return null;
    const text = `This chat is paired with desk ${this.#parts.door.about.desk}. /help shows what can be written here.`;
    return { words: "/pair", acts: false, turn: "in-turn", run: () => this.#say(heard, [{ text }]) };
  }

  #taskOf(heard: Heard): Task | null {
    return heard.kind === "line" ? this.#lineTask(heard) : this.#pressTask(heard);
  }

  #lineTask(heard: Line): Task | null {
    const [, word = "", bot = "", rest = ""] = LINE.exec(heard.text.trim()) ?? [];
    if (bot !== "" && bot.toLowerCase() !== this.#botName) return null;
    if (word === "") {
      // In a group people talk to each other.
      return heard.chat.isPrivate ? this.#commandTask(heard, "ask", heard.text.trim()) : null;
    }
    const known = word.toLowerCase();
    if (known === "start") return this.#commandTask(heard, "help", "");
    if (known === "pair") return this.#textTask(heard, "This chat is paired already.");
    if (!Object.hasOwn(CHAT_COMMANDS, known)) {
      // It may be another bot's.
      if (!heard.chat.isPrivate && bot === "") return null;
      return this.#textTask(heard, `There is no command /${word}; /help shows what can be written here.`);
    }
    return this.#commandTask(heard, known, rest.trim());
  }

  #commandTask(heard: Line, word: string, rest: string): Task {
    const { acts = false, turn = "in-turn", question } = CHAT_COMMANDS[word] ?? {};
    if (question !== undefined) {
      const ask = this.#askBack.ask(heard.chat.id, { word, rest, question });
      return { words: heard.text, acts: false, turn, run: () => this.#say(heard, [ask]) };
    }
    return {
      words: heard.text,
      acts,
      turn,
      run: async () => this.#say(heard, await this.#replies(heard, word, rest)),
    };
  }

  #textTask(heard: Line, text: string): Task {
    return { words: heard.text, acts: false, turn: "in-turn", run: () => this.#say(heard, [{ text }]) };
  }

  #pressTask(heard: Press): Task {
    const press = proposalPress(heard.data);
    if (press !== null) {
      const words = `${press.approves ? "approve" : "refuse"} ${press.proposalId}`;
      const answer = async () => {
        const text = await this.#orError(words, () => answerPress(this.#parts.door, press, byOf(heard)));
        return [{ text }];
      };
      return this.#pressed(heard, words, answer);
    }
    const answer = AskBack.knows(heard.data) ? this.#askBack.answer(heard.chat.id, heard.data) : "old";
    if (answer === "old") {
      const text = "This button is old: it had its answer, or its ten minutes are over. Nothing was done.";
      // Its message may show the answer that it had.
      return { words: "a button", acts: false, turn: "in-turn", run: () => this.#oldPress(heard, text) };
    }
    if (answer === "no") return this.#pressed(heard, "no", async () => [{ text: "Nothing was done." }], false);
    return this.#pressed(heard, `/${answer.word}`, () => this.#replies(heard, answer.word, answer.rest));
  }

  async #oldPress(heard: Press, text: string): Promise<void> {
    await Promise.all([this.#parts.sender.seen(heard.pressId), this.#say(heard, [{ text }])]);
  }

  /** The answer takes the place of the question and its buttons. */
  #pressed(heard: Press, words: string, answer: () => Promise<readonly Reply[]>, acts = true): Task {
    const { sender } = this.#parts;
    const run = async () => {
      const seen = sender.seen(heard.pressId);
      const [first, ...others] = await answer();
      if (first !== undefined) await sender.replace(heard.chat.id, heard.messageId, first);
      await this.#say(heard, others);
      await seen;
    };
    return { words, acts, turn: "in-turn", run };
  }

  async #replies(heard: Heard, word: string, rest: string): Promise<readonly Reply[]> {
    const call: ChatCall = { rest, by: byOf(heard), conversation: `telegram-${heard.chat.id}` };
    try {
      return (await CHAT_COMMANDS[word]?.run(this.#parts, call)) ?? [];
    } catch (error) {
      return [{ text: this.#errorText(word, error) }];
    }
  }

  async #orError(what: string, work: () => Promise<string>): Promise<string> {
    try {
      return await work();
    } catch (error) {
      return this.#errorText(what, error);
    }
  }

  /** Errors of our own are made to be shown; what another library says may hold anything. */
  #errorText(what: string, error: unknown): string {
    if (error instanceof DeepTraderError) return error.message;
    this.#parts.note(`telegram: ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    return "That failed; the terminal of the desk says why.";
  }

  async #say({ chat }: Heard, replies: readonly Reply[]): Promise<void> {
    for (const reply of replies) await this.#parts.sender.send(chat.id, reply);
  }

  #begin(updateId: number, heard: Heard, task: Task): void {
    const work = async (): Promise<void> => {
      try {
        await task.run();
        // Unanswered, it is told at the next start.
        if (!this.#parts.sender.hasEnded()) await this.#parts.taken.finish(updateId);
      } catch (error) {
        this.#errorText(task.words, error);
      }
    };
    const queue = this.#queueOf(heard, task.turn);
    const isFull = queue !== null && queue.size + queue.pending >= MOST_WAITING;
    const full = async (): Promise<void> => {
      await this.#say(heard, [{ text: "Too much waits here already. This was not done." }]);
      await this.#parts.taken.finish(updateId);
    };
    const done: Promise<void> = (isFull ? full() : queue === null ? work() : queue.add(work))
      .catch((error: unknown) => void this.#errorText(task.words, error))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** Null: it waits for nothing. */
  #queueOf({ chat }: Heard, turn: Task["turn"]): PQueue | null {
    if (turn === "at-once") return null;
    const name = `${turn} ${chat.id}`;
    const queue = this.#queues.get(name) ?? new PQueue({ concurrency: 1 });
    this.#queues.set(name, queue);
    return queue;
  }
}

function leftText({ words, acts, atMs }: Taken): string {
  const what = `The desk stopped while it was at work on “${words}” of ${formatTime(atMs)} UTC.`;
  return acts
    ? `${what} It is not known whether that was done, and it is not done again: look with /status and /approvals.`
    : `${what} It may have gone unanswered: write it again.`;
}
