// Coins of an exchange and sources that know of their contracts, in time that a test lets pass: what the rounds are tried on.
import { Rounds, type RoundsDesk, type RoundsParts } from "#desk/security/rounds.ts";
import { TokenBook } from "#desk/security/token-book.ts";
import { createKhala } from "#memory/khala.ts";
import { type ContractId, contractText } from "#schemas/chain.ts";
import type { CoinIdentity } from "#schemas/coin.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Money } from "#schemas/money.ts";
import type { TokenSource } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { DAY_MS, HOUR_MS, type MarketSymbol, MINUTE_MS, unixMs } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { testConfig } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createSimulatedTime, type SimulatedTime } from "#test/support/simulated-time.ts";
import { SOUND_EVM } from "#test/toolkits/security/goplus-records.ts";
import { emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { createSpacedBudget } from "#toolkits/requests/spaced-budget.ts";
import { reportFromGoPlus } from "#toolkits/security/goplus.ts";

export const START_MS = Date.parse("2026-03-02T00:00:00Z");
const SLOT_MS = 5 * MINUTE_MS;
/** How long a slot is at work after its close. */
const WORK_MS = 20_000;

/** `C0007` is the seventh by market cap. */
export const baseOf = (n: number): string => `C${String(n).padStart(4, "0")}`;
export const contractOf = (n: number): ContractId => ({
  chain: "1",
  contract: `0x${n.toString(16).padStart(40, "0")}`,
});

/** An identity that holds, in no order. @param ranked of them so many have a rank */
export function coins(count: number, ranked = count): ReadonlyMap<string, CoinIdentity> {
  const identities = Array.from({ length: count }, (_, i): CoinIdentity => {
    // 7 and the count have no common factor in the tests, so that every coin comes once, none in its place.
    const n = (i * 7) % count;
    const base = baseOf(n);
    const check = (id: string) =>
      ({ id, state: "pass", severity: "critical", source: "coingecko", evidence: `${id} holds` }) as const;
    return {
      base,
      asset:
        n < ranked
          ? { id: base.toLowerCase(), ticker: base, name: base, rank: n + 1, marketCapUsd: 1e12 / (n + 1) }
          : null,
      contract: contractOf(n),
      nativeTo: null,
      checks: ["ranked", "venue_contract", "price", "transfers", "listing"].map(check),
      seenAtMs: unixMs(START_MS),
      validUntilMs: unixMs(START_MS + 72 * HOUR_MS),
    };
  });
  return new Map(identities.map((identity) => [identity.base, identity]));
}

export interface SourceCall {
  readonly source: string;
  readonly contract: string;
  readonly atMs: number;
}

export interface SourceState {
  isDown: boolean;
  record: Readonly<Record<string, unknown>>;
  validForMs: number;
}

/** A source in GoPlus's shape, asked at its pace; each request is noted when it is sent. */
export function createPacedSource(
  { clock }: SimulatedTime,
  { id = "goplus", perMinute = 20, calls }: { id?: string; perMinute?: number; calls: SourceCall[] },
): { readonly source: TokenSource; readonly state: SourceState } {
  const budget = createSpacedBudget(createLocalBudget(clock.now), clock.now);
  const state: SourceState = { isDown: false, record: SOUND_EVM, validForMs: DAY_MS };
  const source: TokenSource = {
    id,
    serves: (chain) => chain === "1",
    async report(contract, _at, options) {
      const { waitMs } = await budget.turn(MINUTE_MS / perMinute);
      await clock.sleep(waitMs, options);
      options.signal.throwIfAborted();
      calls.push({ source: id, contract: contractText(contract), atMs: clock.now() });
      await clock.sleep(200, options);
      if (state.isDown) throw new ProviderError({ was: `${id} did not answer.`, remedy: "It is asked again." });
      const observedAtMs = clock.now();
      const validUntilMs = unixMs(observedAtMs + state.validForMs);
      const { record } = state;
      return reportFromGoPlus({ record, source: id, ...contract, observedAtMs, validUntilMs, nowMs: observedAtMs });
    },
  };
  return { source, state };
}

export interface TokenWorldParts {
  readonly time?: SimulatedTime;
  readonly store?: Store;
  readonly identities?: ReadonlyMap<string, CoinIdentity>;
  readonly sources?: readonly TokenSource[];
  readonly held?: readonly string[];
  readonly near?: readonly string[];
  /** Others that its rounds have ask as well. */
  readonly askOthers?: RoundsParts["askOthers"];
}

/** One desk on a store, with a slot every five minutes. */
export function openTokenWorld(parts: TokenWorldParts = {}) {
  const { time = createSimulatedTime(START_MS), store = createMemoryStore(), identities = coins(50) } = parts;
  const { clock } = time;
  const calls: SourceCall[] = [];
  const bookCalls: SourceCall[] = [];
  const paced = createPacedSource(time, { calls });
  const counting = countedPorts();
  const sources = (parts.sources ?? [paced.source]).map((source) => counting.port("tokenSource", source));
  const state = { identities, refreshes: 0, problems: [] as string[], settledMs: -1, isRunningSlot: true };
  const known = () => ({ ranking: null, problems: state.problems, identities: state.identities, coins: null });
  const notes: string[] = [];
  const entries: LedgerEntry[] = [];
  const khala = createKhala({ store, clock, graceMs: 3_000, definitionId: "def-1", driftAtr: 2 });
  const tokens = new TokenBook({
    book: {
      newest: known,
      load: async () => {},
      refresh: async (_at, options) => {
        state.refreshes += 1;
        // A look at rankings and the exchange's lists takes half a minute.
        for (let request = 0; request < 6; request += 1) {
          bookCalls.push({ source: "book", contract: "", atMs: clock.now() });
          await clock.sleep(6_000, options);
        }
        return known();
      },
    },
    sources,
    room: khala,
    snapshots: store.snapshots,
    leases: store.leases,
    clock,
    monotonicMs: clock.now,
  });
  const symbolOf = (base: string): MarketSymbol => `${base}/USDT` as MarketSymbol;
  const positions = new Map((parts.held ?? []).map((base) => [base, { symbol: symbolOf(base) }]));
  const portfolio = () => ({
    ...emptyPortfolio({ quote: "USDT", cash: "10000" as Money }),
    positions: positions as never,
    settledThroughMs: state.settledMs < 0 ? null : unixMs(state.settledMs),
  });
  const desk: RoundsDesk = {
    account: { portfolio },
    clock,
    config: testConfig({ timeframe: "5m" }),
    ledger: { record: async (entry) => void entries.push(entry) },
    monotonicMs: clock.now,
    planner: {
      markets: new Map((parts.near ?? []).map((base) => [symbolOf(base), { nearestActionPct: 0.1 }])) as never,
    },
  };
  const rounds = new Rounds(desk, tokens, {
    isRunningSlot: () => state.isRunningSlot,
    sleep: clock.sleep,
    onProblem: (text) => notes.push(text),
    askOthers: parts.askOthers,
  });
  const report = (base: string) =>
    tokens.security.report({ symbol: symbolOf(base), nowMs: clock.now() }, { signal: new AbortController().signal });

  /** Slot after slot, with rounds in between, until `untilMs`. */
  async function run(untilMs: number): Promise<void> {
    const ended = new AbortController();
    const loop = (async () => {
      while (!ended.signal.aborted) {
        await clock.sleep(5_000, { signal: ended.signal }).catch(() => {});
        if (!ended.signal.aborted && !state.isRunningSlot) await rounds.look({ signal: ended.signal }).catch(() => {});
      }
    })();
    for (let slotMs = Math.ceil(clock.now() / SLOT_MS) * SLOT_MS; slotMs < untilMs; slotMs += SLOT_MS) {
      await time.passTo(slotMs);
      state.isRunningSlot = true;
      await time.passTo(Math.min(untilMs, slotMs + WORK_MS));
      state.settledMs = slotMs;
      state.isRunningSlot = false;
    }
    await time.passTo(untilMs);
    ended.abort();
    await time.passTo(untilMs);
    await loop;
  }

  return { time, store, calls, bookCalls, paced, tokens, desk, rounds, state, notes, entries, report, run };
}

/** Whether it was between a close and the end of its decisions. */
export const isInSlot = ({ atMs }: SourceCall): boolean => atMs % SLOT_MS < WORK_MS;
