// Floor 2. What became of each key of a freqtrade configuration: taken over, or left out. None is without a word, and no value of a
// key that nobody knows is ever repeated: it may be a secret.
import { isRecord } from "#schemas/is-record.ts";

export interface KeyNote {
  /** As `exchange.pair_whitelist`. */
  readonly key: string;
  readonly note: string;
}

export class KeyLedger {
  readonly taken: KeyNote[] = [];
  readonly left: KeyNote[] = [];
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #seen = new Set<string>();

  constructor(config: Readonly<Record<string, unknown>>) {
    this.#config = config;
  }

  /** Undefined: it is not there. */
  at(key: string): unknown {
    return key.split(".").reduce<unknown>((value, part) => (isRecord(value) ? value[part] : undefined), this.#config);
  }

  take(key: string, note: string): void {
    this.#note(this.taken, key, note);
  }

  /** The same of a key that freqtrade has a value for where it is not there. */
  takeOrDefault(key: string, note: string): void {
    if (this.at(key) === undefined) this.taken.push({ key, note: `${note}, freqtrade's default` });
    else this.take(key, note);
  }

  leave(key: string, note: string): void {
    this.#note(this.left, key, note);
  }

  /** The keys that nothing was said of, as left out. */
  leaveRest(note: string): void {
    for (const key of leavesOf(this.#config, "")) {
      const isSeen = [...this.#seen].some((seen) => key === seen || key.startsWith(`${seen}.`));
      if (!isSeen) this.left.push({ key, note });
    }
  }

  #note(into: KeyNote[], key: string, note: string): void {
    if (this.at(key) === undefined) return;
    this.#seen.add(key);
    into.push({ key, note });
  }
}

function leavesOf(value: Readonly<Record<string, unknown>>, before: string): readonly string[] {
  return Object.entries(value).flatMap(([name, each]) => {
    const key = before === "" ? name : `${before}.${name}`;
    return isRecord(each) && Object.keys(each).length > 0 ? leavesOf(each, key) : [key];
  });
}
