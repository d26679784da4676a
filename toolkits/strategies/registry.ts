// Floor 2. Strategies by what a user writes: the id of one shipped with the product, or the path of a file. Add a shipped one
// here and it can be configured.
import { basename, resolve } from "node:path";
import { UnknownNameError } from "#schemas/errors.ts";
import { namesPhrase } from "../market/nearest-names.ts";
import { compileStrategy } from "./compile-strategy.ts";
import { type FileHostOptions, openStrategyFile } from "./file-host.ts";
import { createLocalHost, type StrategyHost } from "./host.ts";
import breakout from "./shipped/breakout.ts";
import emaCross from "./shipped/ema-cross.ts";
import meanReversion from "./shipped/mean-reversion.ts";
import planned from "./shipped/planned.ts";
import type { Strategy } from "./strategy.ts";
import { refuseTwins } from "./twins.ts";

interface Shipped {
  readonly definition: { readonly id: string };
  /** Raised whenever the strategy answers otherwise: readings of the version before are then not its own. */
  readonly version: number;
}

const SHIPPED: ReadonlyMap<string, Shipped> = new Map(
  [
    { definition: meanReversion, version: 2 },
    { definition: emaCross, version: 1 },
    { definition: breakout, version: 1 },
    { definition: planned, version: 1 },
  ].map((shipped) => [shipped.definition.id, shipped]),
);

/** Ids of the strategies shipped with the product. */
export const strategyIds = (): readonly string[] => [...SHIPPED.keys()];

type Parameters = Readonly<Record<string, unknown>>;

/** @throws UnknownNameError naming the nearest ids; StrategyError for a parameter that it does not have or take */
export function shippedStrategy(id: string, parameters: Parameters = {}): Strategy {
  const shipped = SHIPPED.get(id);
  if (shipped !== undefined) {
    return compileStrategy(shipped.definition, { file: null, sourceDigest: `v${shipped.version}`, parameters });
  }
  throw new UnknownNameError({
    was: `There is no strategy ${JSON.stringify(id)}.`,
    expected: `one of ${namesPhrase(id, strategyIds())}, or the path of a file such as ./${basename(id)}.ts`,
    remedy: "Correct the id or the path.",
  });
}

/** Whether it is the path of a file, not an id. */
export const isStrategyFile = (named: string): boolean => /[/\\]|\.m?[tj]s$/.test(named);

export interface StrategyChoice {
  /** An id, or a path from the working folder. */
  readonly use: string;
  readonly parameters?: Parameters;
}

/**
 * Hosts of all strategies of a desk, in the order given.
 * @throws UnknownNameError, StrategyError: one that cannot be had, or two of one id; then all of them are closed again
 */
export async function openStrategies(
  choices: readonly StrategyChoice[],
  options: FileHostOptions,
): Promise<readonly StrategyHost[]> {
  const opening = await Promise.allSettled(choices.map((choice) => openStrategy(choice, options)));
  const hosts = opening.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  try {
    for (const each of opening) if (each.status === "rejected") throw each.reason;
    refuseTwins(hosts.map(({ info }) => info));
    return hosts;
  } catch (error) {
    await Promise.all(hosts.map((host) => host.close()));
    throw error;
  }
}

async function openStrategy({ use, parameters = {} }: StrategyChoice, options: FileHostOptions): Promise<StrategyHost> {
  if (isStrategyFile(use)) return openStrategyFile(use, { ...options, parameters });
  return createLocalHost(shippedStrategy(use, parameters));
}

/**
 * The same with files imported into this thread, one after the other: where a whole backtest has a thread of its own.
 * @throws UnknownNameError, StrategyError
 */
export async function openStrategiesHere(choices: readonly StrategyChoice[]): Promise<readonly StrategyHost[]> {
  const { loadStrategy } = await import("./load-strategy.ts");
  const hosts: StrategyHost[] = [];
  for (const { use, parameters = {} } of choices) {
    const isFile = isStrategyFile(use);
    const loaded = isFile ? await loadStrategy({ path: resolve(use), file: use, parameters }) : null;
    hosts.push(createLocalHost(loaded?.strategy ?? shippedStrategy(use, parameters)));
  }
  refuseTwins(hosts.map(({ info }) => info));
  return hosts;
}
