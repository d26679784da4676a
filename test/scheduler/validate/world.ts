// A small simulated world, and strategies mistrusted in it without threads: each probe has a strategy made anew, as a fresh thread would.
import { checkHonesty, type Honesty } from "#scheduler/research/validate/honesty.ts";
import { createLocalProbe } from "#scheduler/research/validate/probe.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { type ResearchWorld, researchWorld } from "../../support/research-world.ts";

export const signal = new AbortController().signal;

export const smallWorld = (slots = 600, assets = 3): Promise<ResearchWorld> =>
  researchWorld({ seed: 7, assets, slots });

export function mistrust(world: ResearchWorld, make: () => Strategy, seed = 1): Promise<Honesty> {
  const { input, firstSlotMs, lastSlotMs } = world;
  const openProbe = async () =>
    createLocalProbe({ ...input, venue: { ...input.venue, hosts: [createLocalHost(make())] } });
  return checkHonesty({ timeframe: "5m", firstSlotMs, lastSlotMs, seed, openProbe }, { signal, onStep: () => {} });
}

/** Ids of the checks that failed. */
export const failedOf = ({ checks }: Honesty): readonly string[] =>
  checks.flatMap(({ id, state }) => (state === "failed" ? [id] : []));
