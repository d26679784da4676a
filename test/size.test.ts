import { expect, it } from "vitest";
import { codeLinesOf, filesOf, linesOf, PRODUCT } from "./support/sources.ts";

/**
 * Lines of the product, without comments and blanks. Strategies as files took it from 27,161 to about 35,000: 27
 * indicators, the strategy host and its worker, readings, windows that agree, several strategies on one account, the
 * configuration file. A manager that can be talked to took it to about 45,000: the fact check with its lexicons' readers, twenty
 * sources of facts, acts with consent, the operator's rules and watches, thoughts. Candle files in three formats, downloads that
 * go on, and the commands of `data` took 1,300. Real markets took 2,500 more: what is known of ten exchanges and their errors, candles in
 * doubt, streams, the desk without its exchange, scenarios; and Studio's traces 400. Another 350: an exchange's budget on Redis, candles that were
 * corrected, freqtrade's JSON files, streams that are left, a run's first prices; and 300 for what follows what in the predictor. Briefs and the
 * questions answered ahead from them took 2,000: what they are written from, when they stand, whether they pay, where they are served and checked.
 * Plans and lessons took 1,900: the check, the strategy that acts on them, the step asleep, their views, the weekly list.
 * Debates, settled and scored, took 1,000 more than the second opinions that they replace.
 * Faces took 10,300: the API made from the command table, its guards and its description (1,000); documents as schemas, and five that only a picture asked for (2,600); the
 * page of six views (2,300); Telegram with pairing, Discord and Slack, quiet hours (1,500); the MCP server (600); metrics, log and traces (1,700); the package and `init` (500).
 * Real tokens took 5,900: which coin a market is and what ten exchanges say of theirs (750), rankings by market cap and a universe of them (500), five token sources and
 * the client that asks them (1,050), one report of all they say with trust and overrides (750), rounds between the slots (700), news (600), par and tokens that turn (350),
 * their documents, acts, commands, snapshots and settings (1,200).
 * The research bench took 11,900: figures, intervals and overfitting (1,300), validate (2,000, tripwires included), searches and optimize (1,100), walk-forward and edges that
 * decay (950), refused entries to their end and two runs compared (900), ranges, costs by market, detail within a candle and exports (1,100), a backtest as one page and
 * the page Research (2,300), threads of the bench (350), freqtrade's configuration and its backtest beside ours (1,300), folders with sessions (500).
 * Orders at a venue took 5,000: five venues in their own words and what their answers prove (2,100), the order's way and its doubts (500), cover, sales that go on and wait, keys and
 * differences (800), the account beside the venue with its command, alerts and panel (850), entries that wait for the operator (750). A day worked out again from its records took 1,050;
 * stress with betas 600; sleep on and off, and prices of rules for a running desk, 850.
 * Orders with money took 4,300 more: a store as one file, and positions taken over by hand (1,150), out of everything, with and without a journal (650), money in and out,
 * fees in any coin and differences that the operator settles (850), the venues' own sockets (550), paper beside live and what orders cost (800), stress questions (180), and
 * what faults at every turn had asked for (120).
 * More than one process took 2,300: desks that ask a venue once together (600), a standby and an owner that stops by its own clock (480), jobs with two queues, their worker and
 * commands (950), indexes that are made anew (60), orders' requests apart from those of prices (115), a backtest that reads ahead (100).
 * A database that answers nothing, cut and told of (135), took 150 with keys hidden in all that the venue says and an end to what is remembered of orders.
 * Candles that workers read for desks, each from an address of its own, took 380.
 * More work for them took 1,300: downloads with a lock for each market (450), token sources (200), calls of models asleep (500), receipts (150).
 * A standby that reads the journal of the desk that it waits for took 130, what is said of a run that begins anew, of an unread folder and of an empty question 40.
 * A change that needs this number raised says what it bought, here.
 */
const MOST_LINES = 101_800;
const MOST_LINES_OF_THE_MEDIAN_FILE = 90;

it("the product stays small: its lines of code, and its median file", () => {
  const byFloor = PRODUCT.map((floor) => ({
    floor,
    lines: filesOf(floor).reduce((sum, file) => sum + codeLinesOf(file), 0),
  }));
  const total = byFloor.reduce((sum, { lines }) => sum + lines, 0);
  const lengths = PRODUCT.flatMap(filesOf)
    .map(linesOf)
    .sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? Number.NaN;
  const floors = byFloor.map(({ floor, lines }) => `${floor} ${lines}`).join(" · ");
  console.info(`${total} lines of code in ${lengths.length} files (${floors}); the median file has ${median} lines.`);
  expect(total).toBeLessThanOrEqual(MOST_LINES);
  expect(median).toBeLessThanOrEqual(MOST_LINES_OF_THE_MEDIAN_FILE);
});
