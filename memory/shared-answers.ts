// Floor 2. A question to a venue that several processes on one store have → one of them asks it, the others read what it heard. A process
// that is alone with its venue asks as if nothing of this were here; one whose holder says nothing, or whose store fails, asks for itself.
import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "#schemas/ports/market.ts";
import type { AnswerStore, VenueAnswer } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { VenueId } from "#schemas/units.ts";

/** Asked of one venue at a time by all processes on one address together: as many as one sweep has under way. */
const CLAIMS_AT_ONCE = 8;
/** What a request takes beside its turn, ms: a holder that says nothing for longer is not believed to be asking. */
const REQUEST_MS = 2_000;

/** How long a claim lasts at a venue of this pace: a request with its turn among those of a sweep, twice over, ms. */
export const claimMsAt = (paceMs: number): number => REQUEST_MS + 2 * CLAIMS_AT_ONCE * paceMs;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 100;
/** A holder that says nothing is believed for one claim; then the next has one; then everybody asks. */
const CLAIMS_WAITED_FOR = 2;
/** Questions whose answers are kept at hand. A window of 1,000 candles takes 64 kB, what follows it in a slot 5 kB. */
const MOST_HEARD = 5_000;
/** How often a process says that it reads here, and looks who else does. */
const LOOK_AROUND_EVERY_MS = 20_000;

export interface SharedAnswersParts {
  readonly store: AnswerStore;
  readonly venueId: VenueId;
  /** The network address that this process asks from, without blanks; left out: that of all that name none. */
  readonly address?: string | null;
  /** What others have read is looked for in any case; left out: only while another process says that it reads here. */
  readonly isHelped?: boolean;
  /** How long a holder that says nothing is believed to be asking: what one request takes, with its wait for a turn, ms. A store that does not answer for so long is done without. */
  readonly claimMs: number;
  /** How long a process that says nothing is believed to read here: longer than from one slot to the next, ms. */
  readonly presentMs: number;
  /** In real time, whatever clock the desk runs on: others work meanwhile. */
  readonly sleep: Clock["sleep"];
  /** For waits and ages. */
  readonly monotonicMs: () => number;
}

/** What is known of a question in this process. */
export interface HeardAnswer {
  readonly body: string;
  /** When it was answered; of what another asked, rather earlier than later. Monotonic, ms. */
  readonly heardMs: number;
}

export interface Inquiry<T> {
  /** What one process asks at a time. */
  readonly question: string;
  /** Other questions that are looked for with it; left out: none. */
  readonly lookFor?: readonly string[];
  /** What is known answers it; null: it does not. */
  readonly understand: (known: HeardAnswer | undefined) => T | null;
  /** Asks the venue. `heard`: what is said to the others, by their questions; where this question is not among them its claim is given back. */
  readonly ask: (options: CallOptions) => Promise<{ readonly value: T; readonly heard: ReadonlyMap<string, string> }>;
}

type Turn = "look" | "ask" | "wait";

interface Waiting {
  readonly question: string;
  readonly lookFor: readonly string[];
  readonly isAnswered: () => boolean;
  readonly take: (turn: Turn) => void;
}

export class SharedAnswers {
  readonly #parts: SharedAnswersParts;
  readonly #reader: string;
  readonly #heard = new LRUCache<string, HeardAnswer & { readonly answeredMs: number }>({ max: MOST_HEARD });
  /** By what they are asked for: asked for with each look, until they are heard, although nobody waits for them yet. */
  readonly #ahead = new Map<string, Set<string>>();
  #waiting: Waiting[] = [];
  #isAtWork = false;
  readonly #outbox = new Map<string, string | null>();
  #sending: Promise<void> | null = null;
  /** Until it has looked around twice a process shares in any case: of many that start at once the first sees no other. */
  #hasLooked = false;
  #isAlone = false;
  #lookedAroundMs = Number.NEGATIVE_INFINITY;

  constructor(parts: SharedAnswersParts) {
    this.#parts = parts;
    this.#reader = `${parts.address ?? ""} ${randomUUID()}`;
  }

  /** What was heard of a question; nobody is asked. */
  heard(question: string): HeardAnswer | undefined {
    return this.#heard.get(question);
  }

  /** Whether anything is shared now; where not, venues are asked and nothing is kept. */
  isSharing(): boolean {
    this.#lookAround();
    return this.#parts.isHelped === true || !this.#isAlone;
  }

  /** Monotonic, ms: what ages are counted from. */
  now(): number {
    return this.#parts.monotonicMs();
  }

  /** Each look asks for these as well, until they are heard, so that who reads them later finds them; they take the place of those before. */
  expect(purpose: string, questions: Iterable<string>): void {
    this.#ahead.set(purpose, new Set(questions));
  }

  /**
   * What is known of it, or what this process or another is told. @throws what `ask` throws
   */
  async read<T>({ question, lookFor = [], understand, ask }: Inquiry<T>, options: CallOptions): Promise<T> {
    const { monotonicMs, sleep, claimMs } = this.#parts;
    const untilMs = monotonicMs() + CLAIMS_WAITED_FOR * claimMs;
    const known = () => understand(this.#heard.get(question));
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const answer = known();
      if (answer !== null) return answer;
      options.signal.throwIfAborted();
      const isOver = monotonicMs() >= untilMs;
      const turn = isOver ? "ask" : await this.#turn({ question, lookFor, isAnswered: () => known() !== null });
      if (turn === "ask") return this.#ask(question, ask, options);
      if (turn === "wait") await sleep(pauseMs, options);
    }
  }

  /** Resolves when the others can know what was heard here. */
  async settled(): Promise<void> {
    while (this.#sending !== null) await this.#sending;
  }

  async #ask<T>(question: string, ask: Inquiry<T>["ask"], options: CallOptions): Promise<T> {
    let given: ReadonlyMap<string, string> = new Map();
    try {
      const { value, heard } = await ask(options);
      given = heard;
      return value;
    } finally {
      for (const [name, body] of given) {
        const answeredMs = this.#heard.get(name)?.answeredMs ?? 0;
        const heardMs = this.#parts.monotonicMs();
        this.#hear(name, { body, heardMs, answeredMs });
        this.#send(name, body);
      }
      if (!given.has(question)) this.#send(question, null);
    }
  }

  /** Those who ask meanwhile are asked for together, by one look and at most one claim. */
  #turn(one: Omit<Waiting, "take">): Promise<Turn> {
    const { promise, resolve } = Promise.withResolvers<Turn>();
    this.#waiting.push({ ...one, take: resolve });
    if (!this.#isAtWork) void this.#work();
    return promise;
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    while (this.#waiting.length > 0) {
      const round = this.#waiting;
      this.#waiting = [];
      try {
        await this.#round(round);
      } catch {
        // What the store does not give, each process asks for itself.
        for (const { take } of round) take("ask");
      }
    }
    this.#isAtWork = false;
  }

  async #round(round: readonly Waiting[]): Promise<void> {
    const { store, venueId, claimMs, monotonicMs } = this.#parts;
    const within = (): CallOptions => ({ signal: AbortSignal.timeout(claimMs) });
    const ahead = [...this.#ahead.values()].flatMap((expected) => [...expected]);
    const names = new Set([...round.flatMap(({ question, lookFor }) => [question, ...lookFor]), ...ahead]);
    const seen = (question: string) => ({ question, seenMs: this.#heard.get(question)?.answeredMs ?? 0 });
    const lookedMs = monotonicMs();
    this.#take(await store.answers(venueId, [...names].map(seen), within()), lookedMs);
    const open = round.filter(({ isAnswered, take }) => {
      if (!isAnswered()) return true;
      take("look");
      return false;
    });
    if (open.length === 0) return;
    const questions = [...new Set(open.map(({ question }) => question))].map(seen);
    const bounds = { forMs: claimMs, most: CLAIMS_AT_ONCE };
    const claimed = new Set(await store.claim(venueId, this.#reader, questions, bounds, within()));
    for (const { question, take } of open) take(claimed.delete(question) ? "ask" : "wait");
  }

  /** @param lookedMs before the store was asked, so that nothing is taken for younger than it is */
  #take(answers: readonly VenueAnswer[], lookedMs: number): void {
    for (const { question, body, answeredMs, agoMs } of answers) {
      this.#hear(question, { body, answeredMs, heardMs: lookedMs - agoMs });
    }
  }

  #hear(question: string, answer: HeardAnswer & { readonly answeredMs: number }): void {
    this.#heard.set(question, answer);
    for (const expected of this.#ahead.values()) expected.delete(question);
  }

  /** @param body null: the claim is given back */
  #send(question: string, body: string | null): void {
    this.#outbox.set(question, body);
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async #sendAll(): Promise<void> {
    const { store, venueId, claimMs } = this.#parts;
    while (this.#outbox.size > 0) {
      const all = [...this.#outbox];
      this.#outbox.clear();
      const options: CallOptions = { signal: AbortSignal.timeout(claimMs) };
      const answers = all.flatMap(([question, body]) => (body === null ? [] : [{ question, body }]));
      const back = all.flatMap(([question, body]) => (body === null ? [question] : []));
      try {
        await store.put(venueId, answers, options);
        await store.giveUp(venueId, this.#reader, back, options);
      } catch {
        // Who waits for these waits for as long as the claim lasts.
      }
    }
  }

  /** Not waited for: what it finds counts from then on. */
  #lookAround(): void {
    const { store, venueId, claimMs, presentMs, monotonicMs } = this.#parts;
    const nowMs = monotonicMs();
    if (nowMs - this.#lookedAroundMs < LOOK_AROUND_EVERY_MS) return;
    this.#lookedAroundMs = nowMs;
    const options: CallOptions = { signal: AbortSignal.timeout(claimMs) };
    store.present(venueId, this.#reader, presentMs, options).then(
      (others) => {
        this.#isAlone = others === 0 && this.#hasLooked;
        this.#hasLooked = true;
      },
      () => {},
    );
  }
}
