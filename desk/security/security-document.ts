// Floor 4. A market or a contract → its security report: the one that analyses have, and which coin it is. Where nothing that holds is kept, the
// sources are asked now: an operator's question is no decision.
import { z } from "zod";
import { type ContractId, contractText } from "#schemas/chain.ts";
import { CoinIdentity } from "#schemas/coin.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { mayEnter, SecurityReport } from "#schemas/security.ts";
import { MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { underOverrides } from "#toolkits/security/overrides.ts";
import type { Desk } from "../desk.ts";
import { askCounted, type RoundsDesk, refreshCoins } from "./rounds.ts";
import type { RoundOptions, TokenBook } from "./token-book.ts";

export const SecurityDocument = z.object({
  symbol: MarketSymbol.nullable().describe("null: it was asked for by its contract"),
  coin: CoinIdentity.pick({ asset: true, nativeTo: true, seenAtMs: true, validUntilMs: true })
    .nullable()
    .describe("which coin its base currency is; null: that was not established, or is not asked"),
  security: SecurityReport.describe("as in an analysis, under this desk's overrides"),
  bars: z.boolean().describe("true: it is not entered"),
  problem: z.string().nullable().describe("why the list of coins is not the day's; null: it is, or was not looked up"),
});
export type SecurityDocument = Readonly<z.infer<typeof SecurityDocument>>;

const shown = ({ asset, nativeTo, seenAtMs, validUntilMs }: CoinIdentity): SecurityDocument["coin"] => ({
  asset,
  nativeTo,
  seenAtMs,
  validUntilMs,
});

type SecurityDesk = RoundsDesk & Pick<Desk, "security" | "tokens" | "marketData">;

export type SecurityTarget = { readonly symbol: MarketSymbol } | { readonly contract: ContractId };

/** @param options `kept`: nobody is asked. @throws UnknownNameError for a contract where the venue has no sources; StoreError */
export async function securityDocumentOf(
  desk: SecurityDesk,
  target: SecurityTarget,
  options: RoundOptions & { readonly kept: boolean },
): Promise<SecurityDocument> {
  const { tokens } = desk;
  const problem = tokens === null || options.kept ? null : await askFor(desk, tokens, target, options);
  const base = "symbol" in target ? splitSymbol(target.symbol).base : null;
  const report = await reportOn(desk, target, options);
  const security = underOverrides(report, base, desk.account.portfolio().overrides);
  const identity = base === null ? null : (tokens?.identityOf(base) ?? null);
  return {
    symbol: "symbol" in target ? target.symbol : null,
    coin: identity === null ? null : shown(identity),
    security,
    bars: !mayEnter(security.verdict),
    problem,
  };
}

function reportOn(
  { security, tokens, clock, marketData }: SecurityDesk,
  target: SecurityTarget,
  options: RoundOptions,
) {
  const nowMs = clock.now();
  if ("symbol" in target) return security.report({ symbol: target.symbol, nowMs }, options);
  if (tokens !== null) return tokens.reportOf(target.contract, nowMs, options);
  throw new UnknownNameError({
    was: `${marketData.venue} knows nothing of ${contractText(target.contract)}: no token source is asked there.`,
    remedy: "Name a market of it, or choose an exchange with --venue.",
  });
}

/** @returns why the list of coins is not the day's */
async function askFor(
  desk: SecurityDesk,
  tokens: TokenBook,
  target: SecurityTarget,
  options: RoundOptions,
): Promise<string | null> {
  if ("contract" in target) {
    await askCounted(desk, tokens, target.contract, options);
    return null;
  }
  const { base } = splitSymbol(target.symbol);
  const known = tokens.identityOf(base);
  const holds = known !== null && desk.clock.now() < known.validUntilMs;
  const problem = holds ? null : await refreshCoins(desk, tokens, options);
  const contract = tokens.identityOf(base)?.contract ?? null;
  if (contract !== null) await askCounted(desk, tokens, contract, options);
  return problem;
}
