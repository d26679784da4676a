// Floor 1. Which strategies a desk runs: the list of the configuration → their shares of equity and parameters.
import { z } from "zod";

const SHARE = "expected percent of equity above 0, at most 100";
const PARAMETER = "expected a number, a text, true or false";

/** One strategy as the configuration names it. */
export const StrategyUse = z.strictObject(
  {
    /** Id of a strategy that comes with the desk, or the absolute path of its file. */
    use: z.string("expected the id of a strategy, or a file").min(1, "expected the id of a strategy, or a file"),
    /** Share of equity, percent; left out: what the others leave, in equal parts. */
    sharePct: z.number(SHARE).gt(0, SHARE).max(100, SHARE).optional(),
    /** By the strategy's own names; left out, each has the strategy's default. */
    parameters: z
      .record(z.string(), z.union([z.number(), z.string(), z.boolean()], PARAMETER), "expected parameters by name")
      .default({}),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? "expected use, sharePct and parameters only"
        : 'expected a strategy such as { use: "mean-reversion", sharePct: 50 }',
  },
);
type Written = z.infer<typeof StrategyUse>;

/** As the desk runs it: its share is known. */
export interface StrategyUse extends Readonly<Omit<Written, "sharePct">> {
  readonly sharePct: number;
}

/** Shares are decimal fractions: 33.3 + 33.3 + 33.4 may come out a little above 100. */
const ROUNDING_PCT = 1e-9;

/** At least one, each once, with shares of at most 100 % together. */
export const StrategyUses = z
  .array(StrategyUse, "expected a list of strategies")
  .min(1, "expected at least one strategy")
  .superRefine((uses, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", message });
    const twice = uses.find(({ use }, at) => uses.findIndex((other) => other.use === use) !== at);
    if (twice !== undefined) refuse(`expected each strategy once: ${twice.use} is there twice`);
    const givenPct = sumOf(uses);
    const without = uses.filter(({ sharePct }) => sharePct === undefined).length;
    if (givenPct > 100 + ROUNDING_PCT)
      refuse(`expected shares of at most 100 % together: they are ${shown(givenPct)} %`);
    else if (without > 0 && givenPct > 100 - ROUNDING_PCT)
      refuse(`expected a share for each strategy, or something left for ${without} without one: the others take 100 %`);
  })
  .transform((uses): readonly StrategyUse[] => {
    const without = uses.filter(({ sharePct }) => sharePct === undefined).length;
    const restPct = (100 - sumOf(uses)) / without;
    return uses.map((use) => ({ ...use, sharePct: use.sharePct ?? restPct }));
  });

const sumOf = (uses: readonly Written[]): number => uses.reduce((sum, { sharePct = 0 }) => sum + sharePct, 0);

const shown = (pct: number): string => String(Number(pct.toFixed(6)));

/**
 * `mean-reversion`, or `ema-cross(fast=12)+breakout`: what runs, without shares. Parameters are in it as far as they are
 * configured.
 */
export const strategyIdsText = ({ strategies }: { readonly strategies: readonly StrategyUse[] }): string =>
  strategies.map(textOf).join("+");

function textOf({ use, parameters }: StrategyUse): string {
  const set = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return set.length === 0 ? use : `${use}(${set.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")})`;
}
