// `npm run large-caps`: of 100 large caps, which a desk may enter at each of ten local exchanges, and why not the others, as tables.
import { mayEnter, type SecurityReport, type SecurityVerdict } from "#schemas/security.ts";
import { PROTOCOLS } from "../exchanges/venues.ts";
import { LARGE_CAPS } from "./coins.ts";
import { judgeLargeCaps, type VenueOutcome } from "./judge-large-caps.ts";

const named = ({ venue, hasKey }: VenueOutcome): string => (hasKey ? `${venue}, with a key` : venue);

function says({ coins }: VenueOutcome): string {
  if (coins === null) return "nothing";
  const said = [coins.statesContracts ? "contracts" : "", coins.statesTransfers ? "transfers" : ""].filter(Boolean);
  return said.length === 0 ? "names" : said.join(", ");
}

function shareRow(outcome: VenueOutcome): string {
  const verdicts = [...outcome.reports.values()].map(({ verdict }) => verdict);
  const count = (verdict: SecurityVerdict): string => String(verdicts.filter((one) => one === verdict).length);
  const cells = [named(outcome), says(outcome), `**${verdicts.filter(mayEnter).length}**`];
  return `| ${[...cells, ...ORDER.map(count)].join(" | ")} |`;
}

const ORDER: readonly SecurityVerdict[] = ["not-applicable", "clear", "caution", "unknown", "block"];

/** Coins that cannot be entered for the same reason at the same places stand together. */
function barredRows(outcomes: readonly VenueOutcome[]): readonly string[] {
  const barred = LARGE_CAPS.flatMap((coin) => {
    const reports = outcomes.flatMap((outcome) => {
      const report = outcome.reports.get(coin);
      return report === undefined || mayEnter(report.verdict) ? [] : [{ at: named(outcome), reason: reasonOf(report) }];
    });
    return [...Map.groupBy(reports, ({ reason }) => reason)].map(([reason, found]) => ({
      ticker: coin.ticker,
      reason,
      where: found.length === outcomes.length ? "everywhere" : found.map(({ at }) => at).join("; "),
    }));
  });
  const groups = Map.groupBy(barred, ({ reason, where }) => `${reason} | ${where}`);
  return [...groups].map(([rest, coins]) => `| ${coins.map(({ ticker }) => ticker).join(" ")} | ${rest} |`);
}

/** Its first words say which of the two verdicts it is. */
const reasonOf = ({ reason }: SecurityReport): string => reason.replace(/\.$/, "");

/** The share of each exchange, and every coin that cannot be entered with its reason. */
export const tablesOf = (outcomes: readonly VenueOutcome[]): string =>
  [
    "| exchange | says of its coins | can be entered, of 100 | native | clear | caution | unknown | block |",
    "|---|---|---|---|---|---|---|---|",
    ...outcomes.map(shareRow),
    "",
    "| cannot be entered | because | where |",
    "|---|---|---|",
    ...barredRows(outcomes),
  ].join("\n");

export const largeCapTables = async (): Promise<string> => tablesOf(await judgeLargeCaps(PROTOCOLS));

if (import.meta.main) console.log(await largeCapTables());
