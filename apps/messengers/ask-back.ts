// Floor 6. "Really?" before a control that loosens something: a button is good for one answer, in its chat, for ten minutes.
import { randomBytes } from "node:crypto";
import type { Reply } from "./reply.ts";

const LIFE_MS = 10 * 60_000;
/** More than a person has open at once. */
const MOST_OPEN = 100;
const PRESS = /^([yn]):([0-9a-f]{16})$/;

interface Asked {
  readonly chatId: number;
  readonly untilMs: number;
  readonly word: string;
  readonly rest: string;
}

export class AskBack {
  readonly #now: () => number;
  readonly #asked = new Map<string, Asked>();

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  ask(chatId: number, { word, rest, question }: Pick<Asked, "word" | "rest"> & { readonly question: string }): Reply {
    const token = randomBytes(8).toString("hex");
    const [oldest] = this.#asked.keys();
    if (this.#asked.size >= MOST_OPEN && oldest !== undefined) this.#asked.delete(oldest);
    this.#asked.set(token, { chatId, untilMs: this.#now() + LIFE_MS, word, rest });
    const buttons = [
      { label: `Yes, ${word}`, data: `y:${token}` },
      { label: "No", data: `n:${token}` },
    ];
    return { text: question, buttons: [buttons] };
  }

  /** Whether a button is one of these. */
  static knows(data: string): boolean {
    return PRESS.test(data);
  }

  /** What is to be done now; `no`: nothing; `old`: it had its answer, its time is over, or it is of an earlier start. */
  answer(chatId: number, data: string): Pick<Asked, "word" | "rest"> | "no" | "old" {
    const [, letter, token = ""] = PRESS.exec(data) ?? [];
    const asked = this.#asked.get(token);
    if (asked === undefined || asked.chatId !== chatId) return "old";
    this.#asked.delete(token);
    if (this.#now() >= asked.untilMs) return "old";
    return letter === "y" ? asked : "no";
  }
}
