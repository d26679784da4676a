// Floor 2, live execution. The venue's own socket as a hint: something happened to an order of the account, so that it is worth asking now.
// No word of it is taken for true, and nothing waits for it: what is silent, lost, repeated or out of order costs time and nothing else.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { detail, isUnanswered } from "../../market/ccxt/provider-errors.ts";

/** Orders that rest are asked for so often, hinted at or not, ms. */
export const RESTING_MS = 10_000;
/** Waits before it connects again; the last one from then on. */
const RECONNECT_MS = [1000, 2000, 5000, 15_000, 60_000] as const;
/** From the connection until the venue has said yes to every subscription. */
const SUBSCRIBED_WITHIN_MS = 15_000;
/** A connection that stood for so long was a good one: the next wait is the shortest again. */
const STABLE_MS = 60_000;

export interface HintState {
  /** When anything came over the subscribed socket last, be it a pong; null: nothing is heard now. */
  readonly heardAtMs: UnixMs | null;
  /** Why nothing is heard; empty: it is. */
  readonly problem: string;
}

export interface HintListener {
  /** Something happened to an order, or may have, unheard. */
  onHint(): void;
  /** The socket cannot be had: once of each kind. `was` is a sentence. */
  onFault(was: string): void;
  /** A connection is gone, or was not made; it is tried again. `was` says why. */
  onBreak?(was: string): void;
}

export interface OrderHints {
  readonly state: HintState;
  /** Connects, and connects again, until aborted. Rejects nothing. */
  watch(listener: HintListener, options: CallOptions): Promise<void>;
}

export interface HearHints {
  /** Anything came, and was no refusal. */
  onHeard(): void;
  /** Something came that ccxt could not read: it may have been about an order. */
  onUnread(): void;
  /** The venue said yes to all that was subscribed to. */
  onSubscribed(): void;
  /** The venue tells nothing more over this connection. */
  onEnd(): void;
}

/** One connection to the venue's private streams. */
export interface HintSocket {
  /** Each resolves with the next word about an order, and rejects once the connection is gone. */
  readonly streams: readonly (() => Promise<unknown>)[];
  /** What was told so far is not kept. */
  forget(): void;
  /** Cuts the connection. */
  drop(): void;
}

export interface OrderHintsDeps {
  readonly venue: string;
  readonly open: (hear: HearHints, options: CallOptions) => Promise<HintSocket>;
  /** What the venue said, without what it may have repeated of the key. */
  readonly hide: (text: string) => string;
  readonly now: () => UnixMs;
  /** Resolves after so many ms; rejects when aborted. */
  readonly sleep: (ms: number, options: { readonly signal: AbortSignal }) => Promise<void>;
}

const NOT_OPENED = "it was not opened by this process";

export function createOrderHints({ venue, open, hide, now, sleep }: OrderHintsDeps): OrderHints {
  let state: HintState = { heardAtMs: null, problem: NOT_OPENED };

  /** One connection, until it is gone. @returns whether anything can have been told that is missed from now on */
  async function listen(listener: HintListener, signal: AbortSignal): Promise<{ wasHeard: boolean; error: unknown }> {
    const life = new AbortController();
    const until = AbortSignal.any([signal, life.signal]);
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => {});
    signal.addEventListener("abort", () => gone.reject(signal.reason), { once: true, signal: life.signal });
    let wasHeard = false;
    const isOver = (): boolean => until.aborted;
    const hear: HearHints = {
      onHeard() {
        if (wasHeard && !isOver()) state = { heardAtMs: now(), problem: "" };
      },
      onUnread() {
        if (!isOver()) listener.onHint();
      },
      onSubscribed() {
        if (wasHeard || isOver()) return;
        wasHeard = true;
        hear.onHeard();
        // Of what happened before it nothing was told.
        listener.onHint();
      },
      onEnd: () => gone.reject(new Error("the venue ended it")),
    };
    let socket: HintSocket | null = null;
    const follow = async (next: () => Promise<unknown>): Promise<void> => {
      while (!isOver()) {
        await next();
        if (isOver()) return;
        socket?.forget();
        listener.onHint();
      }
    };
    sleep(SUBSCRIBED_WITHIN_MS, { signal: until }).then(
      () => wasHeard || gone.reject(new Error(`no answer to its login in ${SUBSCRIBED_WITHIN_MS / 1000} s`)),
      () => {},
    );
    try {
      socket = await open(hear, { signal: until });
      await Promise.race([gone.promise, ...socket.streams.map(follow)]);
      return { wasHeard, error: null };
    } catch (error) {
      return { wasHeard, error };
    } finally {
      life.abort();
      socket?.drop();
    }
  }

  return {
    get state() {
      return state;
    },
    async watch(listener, { signal }) {
      const said = new Set<string>();
      const fault = (kind: string, was: string): void => {
        if (said.has(kind)) return;
        said.add(kind);
        listener.onFault(was);
      };
      for (let failures = 0; !signal.aborted; ) {
        state = { heardAtMs: null, problem: state.problem === NOT_OPENED ? "it is being opened" : state.problem };
        const begunMs = now();
        const { wasHeard, error } = await listen(listener, signal);
        if (signal.aborted) break;
        failures = wasHeard && now() - begunMs >= STABLE_MS ? 1 : failures + 1;
        const { name, text } = reasonOf(error, hide);
        state = { heardAtMs: null, problem: text };
        if (wasHeard) listener.onHint();
        listener.onBreak?.(text);
        if (!isPassing(error)) fault(name, `The order socket of ${venue} cannot be had: ${text}.`);
        else if (failures === RECONNECT_MS.length)
          fault("away", `The order socket of ${venue} broke ${failures} times: ${text}.`);
        const waitMs = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length) - 1] ?? 0;
        await sleep(waitMs, { signal }).catch(() => {});
      }
      state = { heardAtMs: null, problem: "the desk has ended" };
    },
  };
}

/** A network, or the venue's own end of a connection: it is tried again without a word. */
const isPassing = (error: unknown): boolean =>
  error === null || isUnanswered(error) || (error instanceof Error && error.constructor === Error);

/** ccxt also rejects with a venue's raw message. */
function reasonOf(error: unknown, hide: OrderHintsDeps["hide"]): { readonly name: string; readonly text: string } {
  if (error instanceof Error) return { name: error.constructor.name, text: detail(hide(error.message)) };
  const text = typeof error === "string" ? error : JSON.stringify(error ?? "it ended");
  return { name: "refusal", text: detail(hide(text)) };
}
