// Floor 6. What a person can do to one market: sell what is held of it, block its entries, allow them again.
import { html } from "hono/html";
import type { MarketReport } from "#desk/overviews/market-report.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { type ActButton, actButton } from "../../act-button.ts";
import type { Asked, Html } from "../../page.ts";
import { closeButton } from "../desk/positions.ts";

/** Closed candles of the chart. */
const CANDLES = 300;

/** @throws UnknownNameError for a name that the venue does not have */
export const readMarket = ({ read, params }: Pick<Asked, "read" | "params">): Promise<MarketReport> =>
  read("market", { args: [`${params["base"]}/${params["quote"]}`], flags: { candles: String(CANDLES) } });

export async function actions(asked: Asked): Promise<Html> {
  const report = await readMarket(asked).catch((error: unknown) => {
    // Said once, where the market would be.
    if (error instanceof UnknownNameError) return null;
    throw error;
  });
  if (report === null) return html``;
  const { symbol, blocked, positions } = report;
  return html`<div class="controls">
<p>${blocked === null ? "" : html`<strong class="warn">${blocked} is blocked:</strong> it is not entered; stops, targets and exits work.`}</p>
<div class="buttons">
${positions.map((position) => closeButton(asked, position, report))}
${actButton(asked, blocked === null ? blockButton(symbol) : unblockButton(blocked))}
</div></div>`;
}

const blockButton = (symbol: string): ActButton => ({
  command: "block",
  body: { what: symbol },
  label: "Block",
  title: `Block ${symbol}?`,
  says: `Nothing is entered in ${symbol} until you unblock it. What is held stays, with its stop and target; exits go on working.`,
  verb: `Block ${symbol}`,
  tone: "quiet",
  isSmall: true,
  hasReason: true,
});

const unblockButton = (what: string): ActButton => ({
  command: "unblock",
  body: { what },
  label: "Unblock",
  title: `Unblock ${what}?`,
  says: `${what} may be entered again, within the limits and where its token security allows it.`,
  verb: `Unblock ${what}`,
  tone: "quiet",
  isSmall: true,
  hasReason: true,
});
