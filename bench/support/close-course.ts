// Bench. When each step of a close had ended, up to its first order.
import type { Store } from "#schemas/ports/memory.ts";

/** In their order; each lasts from the end of the one before to its own. */
export const STEPS = [
  "candles",
  "signals",
  "recall",
  "decide, gate, size",
  "remember what is cited",
  "journal",
  "submit",
] as const;
type Step = (typeof STEPS)[number];

export class CloseCourse {
  readonly #ends = new Map<Step, number>();
  #startedMs = 0;
  #cpu = process.cpuUsage();
  #cpuMs = 0;
  #submits: number[] = [];

  get hasOrder(): boolean {
    return this.#submits.length > 0;
  }

  begin(): void {
    this.#ends.clear();
    this.#submits = [];
    this.#cpu = process.cpuUsage();
    this.#startedMs = performance.now();
  }

  /** A step that is met again after a later one has ended is a part of what follows that. */
  end(step: Step): void {
    const isOver = STEPS.slice(STEPS.indexOf(step) + 1).some((later) => this.#ends.has(later));
    if (!this.hasOrder && !isOver) this.#ends.set(step, performance.now());
  }

  after<T>(step: Step, work: Promise<T>): Promise<T> {
    return work.finally(() => this.end(step));
  }

  submitted(): void {
    if (!this.hasOrder) {
      this.end("submit");
      const { user, system } = process.cpuUsage(this.#cpu);
      this.#cpuMs = (user + system) / 1000;
    }
    this.#submits.push(performance.now());
  }

  /** All in ms from the close; `slotMs`: to now. */
  measured() {
    let beforeMs = this.#startedMs;
    const steps = new Map<Step, number>();
    for (const step of STEPS) {
      const endMs = Math.max(beforeMs, this.#ends.get(step) ?? beforeMs);
      steps.set(step, endMs - beforeMs);
      beforeMs = endMs;
    }
    const since = (atMs = Number.NaN): number => atMs - this.#startedMs;
    return {
      firstMs: since(this.#submits[0]),
      lastMs: since(this.#submits.at(-1)),
      slotMs: since(performance.now()),
      cpuMs: this.#cpuMs,
      steps,
    };
  }
}

/** The store, which notes when what is written and read of analyses and readings has ended. */
export function timedStore(store: Store, course: CloseCourse): Store {
  const noting = <Room extends object>(room: Room): Room =>
    new Proxy(room, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        const step: Step = name === "put" ? "remember what is cited" : "recall";
        return (...args: unknown[]): unknown =>
          course.after(step, Promise.resolve(Reflect.apply(member, target, args)));
      },
    });
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (name === "analyses") return noting(target.analyses);
      if (name === "topics") return (deskId: Parameters<Store["topics"]>[0]) => noting(target.topics(deskId));
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
