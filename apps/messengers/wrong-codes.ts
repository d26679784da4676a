// Floor 6. Wrong pairing codes → whether a chat's next one is looked at. Nobody is told that it is not.
const HOUR_MS = 3_600_000;
const MOST_OF_A_CHAT = 5;
/** Of all chats together: whoever has many accounts guesses no faster. */
const MOST_OF_ALL = 25;

export class WrongCodes {
  readonly #now: () => number;
  #wrong: readonly { readonly chatId: number; readonly atMs: number }[] = [];

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  isBarred(chatId: number): boolean {
    this.#wrong = this.#wrong.filter(({ atMs }) => this.#now() - atMs < HOUR_MS);
    const own = this.#wrong.filter((one) => one.chatId === chatId);
    return own.length >= MOST_OF_A_CHAT || this.#wrong.length >= MOST_OF_ALL;
  }

  /** True where codes are not looked at any more since this one: for a note to the operator. */
  take(chatId: number): boolean {
    this.#wrong = [...this.#wrong, { chatId, atMs: this.#now() }];
    return this.isBarred(chatId);
  }
}
