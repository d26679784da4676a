// Floor 6. `/pair CODE` in a chat → a paired chat. Any other chat gets no word at all, and not even learns that a code was wrong.
import type { UnixMs } from "#schemas/units.ts";
import { spendPairCode } from "./pair-code.ts";
import { addPairedChat } from "./paired-chats.ts";
import type { Heard } from "./telegram-updates.ts";
import { byOf } from "./telegram-updates.ts";
import { WrongCodes } from "./wrong-codes.ts";

export interface PairingParts {
  readonly home: string;
  readonly now: () => UnixMs;
  readonly note: (text: string) => void;
}

const PAIR = /^\/pair(?:@\w+)?\s+(\S{4,40}(?:\s\S{1,8})?)\s*$/i;

export class TelegramPairing {
  readonly #parts: PairingParts;
  readonly #wrong: WrongCodes;

  constructor(parts: PairingParts) {
    this.#parts = parts;
    this.#wrong = new WrongCodes(parts.now);
  }

  /** The code that the line offers; null: it offers none, or none is looked at. */
  codeOf(heard: Heard): string | null {
    if (heard.kind !== "line") return null;
    const code = PAIR.exec(heard.text)?.[1] ?? null;
    return code === null || this.#wrong.isBarred(heard.chat.id) ? null : code;
  }

  /** True where the chat is paired now. */
  async offer(heard: Heard, code: string): Promise<boolean> {
    const { home, now, note } = this.#parts;
    const { chat } = heard;
    if (!(await spendPairCode(home, code, now()))) {
      if (this.#wrong.take(chat.id)) {
        note(`telegram: wrong pairing codes came from chat ${chat.id}; codes from there are not looked at for an hour`);
      }
      return false;
    }
    const by = byOf(heard);
    await addPairedChat(home, { ...chat, by, pairedAtMs: now() });
    note(`telegram: ${chat.isPrivate ? "" : `group ${chat.name} `}is paired by ${by}, chat ${chat.id}`);
    return true;
  }
}
