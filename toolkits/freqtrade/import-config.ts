// Floor 2. freqtrade's configuration → values of deeptrader.config.ts, the bracket that a strategy needs, and what became of every key.
// Keys and their meaning: freqtrade/config_schema/config_schema.py and docs/configuration.md of github.com/freqtrade/freqtrade.
import { isRecord } from "#schemas/is-record.ts";
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { KeyLedger, type KeyNote } from "./config-paths.ts";
import { pairPatterns } from "./pair-patterns.ts";

export interface ImportedConfig {
  /** As deeptrader.config.ts has them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the strategy that is to trade so; null: freqtrade's configuration leaves it to its strategy. */
  readonly bracket: Readonly<Record<string, unknown>> | null;
  readonly taken: readonly KeyNote[];
  readonly left: readonly KeyNote[];
  /** Keys whose values were not read, and the variable that holds such a thing here; null: nothing here needs one. */
  readonly secrets: readonly { readonly key: string; readonly variable: string | null }[];
}

/** Never written anywhere, whatever is in them. */
const SECRETS: Readonly<Record<string, string | null>> = {
  "exchange.key": "DEEPTRADER_EXCHANGE_KEY",
  "exchange.api_key": "DEEPTRADER_EXCHANGE_KEY",
  "exchange.apiKey": "DEEPTRADER_EXCHANGE_KEY",
  "exchange.secret": "DEEPTRADER_EXCHANGE_SECRET",
  "exchange.password": "DEEPTRADER_EXCHANGE_PASSWORD",
  "exchange.uid": null,
  "exchange.walletAddress": null,
  "exchange.wallet_address": null,
  "exchange.privateKey": null,
  "exchange.private_key": null,
  "exchange.accountId": null,
  "exchange.account_id": null,
  "exchange.ccxt_config": null,
  "exchange.ccxt_sync_config": null,
  "exchange.ccxt_async_config": null,
  "telegram.token": "DEEPTRADER_TELEGRAM_TOKEN",
  "telegram.chat_id": null,
  "api_server.username": null,
  "api_server.password": "DEEPTRADER_API_TOKEN",
  "api_server.jwt_secret_key": null,
  "api_server.ws_token": null,
  "discord.webhook_url": null,
  "webhook.url": null,
  db_url: null,
  external_message_consumer: null,
  coingecko: "DEEPTRADER_COINGECKO_KEY",
};

/** Left out for a reason of their own. */
const LEFT: Readonly<Record<string, string>> = {
  $schema: "names freqtrade's schema",
  dry_run: "DeepTrader trades on paper until DEEPTRADER_MODE says live (docs/live.md)",
  freqai: "no machine learning of that kind here",
  freqaimodel: "no machine learning of that kind here",
  margin_mode: "spot only: no margin, no futures, no leverage, nothing short",
  liquidation_buffer: "spot only: nothing can be liquidated",
  position_adjustment_enable: "one entry a trade: positions are not added to",
  max_entry_position_adjustment: "one entry a trade: positions are not added to",
  unfilledtimeout: "an entry that is not filled within its window expires, and an exit goes on until it is done",
  exit_pricing: "exits sell at the market",
  entry_pricing: "a limit at the quote is no worse than the close by min(0.25 ATR, 30 bps)",
  order_time_in_force: "entries at a limit are immediate or canceled",
  use_exit_signal: "a strategy without exits leaves `exit` out",
  exit_profit_only: "write it into the strategy as `exitHeld`",
  exit_profit_offset: "write it into the strategy as `exitHeld`",
  ignore_roi_if_entry_signal: "an ROI step sells whatever the entry rule says",
  ignore_buying_expired_candle_after: "an entry not sent within 20 % of the timeframe, at most 60 s, expires",
  strategy: "a Python strategy cannot run here: write it with `deeptrader new-strategy`",
  strategy_path: "a Python strategy cannot run here",
  fiat_display_currency: "everything is shown in the settlement currency",
  amount_reserve_percent: "an entry leaves room to sell after its stop: at least the minimum × 1.05 / (1 − stop)",
  amend_last_stake_amount: "an entry of less than its size is not made",
  last_stake_amount_min_ratio: "an entry of less than its size is not made",
  available_capital: "the desk's paper cash is --cash",
  cancel_open_orders_on_exit: "entries of a desk that ends expire by themselves",
  telegram: "pair a chat with `deeptrader pair`; what is told is set by DEEPTRADER_NOTIFY_*",
  api_server: "the desk's page and API are on by themselves; see docs/api.md",
  discord: "see docs/configuration.md for notifications",
  webhook: "see docs/configuration.md for notifications",
  bot_name: "name a desk with --desk",
  initial_state: "a desk begins running; `deeptrader pause` stops entries",
  force_entry_enable: "entries by hand go through a proposal and the gate",
  internals: "freqtrade's own machinery",
  dataformat_ohlcv: "folders of candles are read in any format",
  dataformat_trades: "no trades by tick are read",
  edge: "gone from freqtrade itself; size here is a share of equity",
  add_config_files: "merged",
  exchange: "the exchange's own settings here are those of docs/configuration.md",
  order_types: "stops and targets rest at the venue where it can hold them; exits sell at the market",
  pairlists: "the universe is the top of a ranking, or the markets named",
};

const numberAt = (ledger: KeyLedger, key: string): number | null => {
  const value = ledger.at(key);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

/** Decimal shares as percent, without float64's tail. */
const pct = (ratio: number): number => Number((ratio * 100).toPrecision(12));

export function importConfig(config: Readonly<Record<string, unknown>>): ImportedConfig {
  const ledger = new KeyLedger(config);
  const secrets = Object.entries(SECRETS).flatMap(([key, variable]) => {
    if (ledger.at(key) === undefined) return [];
    ledger.leave(key, variable === null ? "may be a secret: not read" : `a secret: set ${variable} in the environment`);
    return [{ key, variable }];
  });
  const values: Record<string, unknown> = {};
  const limits: Record<string, number> = {};
  takeVenue(ledger, values);
  takeMoney(ledger, values, limits);
  const bracket = takeBracket(ledger, limits);
  takeProtections(ledger, values, limits);
  if (Object.keys(limits).length > 0) values["limits"] = limits;
  for (const [key, note] of Object.entries(LEFT)) {
    const value = ledger.at(key);
    // Of a group, each key that was not spoken of is named.
    if (!isRecord(value)) {
      if (!isSpokenOf(ledger, key)) ledger.leave(key, note);
    } else
      for (const name of Object.keys(value))
        if (!isSpokenOf(ledger, `${key}.${name}`)) ledger.leave(`${key}.${name}`, note);
  }
  ledger.leaveRest("DeepTrader has nothing like it");
  return { values, bracket, taken: ledger.taken, left: ledger.left, secrets };
}

const isSpokenOf = ({ taken, left }: KeyLedger, key: string): boolean =>
  [...taken, ...left].some((one) => one.key === key || one.key.startsWith(`${key}.`));

function takeVenue(ledger: KeyLedger, values: Record<string, unknown>): void {
  const name = ledger.at("exchange.name");
  if (typeof name === "string" && /^[a-z0-9]+$/.test(name)) {
    values["venue"] = name;
    ledger.take("exchange.name", `venue: "${name}"`);
  }
  const mode = ledger.at("trading_mode");
  if (mode === "spot") ledger.take("trading_mode", "spot is the only one here");
  else ledger.leave("trading_mode", "spot only: no margin, no futures, no leverage, nothing short");
  const timeframe = ledger.at("timeframe");
  if (TIMEFRAMES.includes(timeframe as Timeframe)) {
    values["timeframe"] = timeframe;
    ledger.take("timeframe", `timeframe: "${timeframe}"`);
  } else ledger.leave("timeframe", `one of ${TIMEFRAMES.join(", ")} is needed here: the default 5m holds`);
  const quote = ledger.at("stake_currency");
  if (typeof quote === "string" && /^[A-Z0-9._-]{1,24}$/.test(quote)) {
    values["quote"] = quote;
    ledger.take("stake_currency", `quote: "${quote}"`);
  }
  takePairs(ledger, values);
  const lists = ledger.at("pairlists");
  const byVolume = Array.isArray(lists)
    ? lists.find((one) => isRecord(one) && one["method"] === "VolumePairList")
    : null;
  if (isRecord(byVolume) && typeof byVolume["number_assets"] === "number") {
    values["assets"] = byVolume["number_assets"];
    ledger.take(
      "pairlists",
      `assets: ${byVolume["number_assets"]}, the top of a ranking (VolumePairList); other lists and filters are left out`,
    );
  } else ledger.leave("pairlists", "the markets named, or the top of a ranking; filters are the gate's own");
  const fee = numberAt(ledger, "fee");
  if (fee !== null) {
    values["costs"] = { feeBps: Number((fee * 1e4).toPrecision(12)) };
    ledger.take("fee", `costs.feeBps: ${Number((fee * 1e4).toPrecision(12))}, a side`);
  }
  const entry = ledger.at("order_types.entry");
  if (entry === "limit" || entry === "market") {
    const style = entry === "limit" ? "limit-at-quote" : "next-open";
    values["entryStyle"] = style;
    ledger.take(
      "order_types.entry",
      `entryStyle: "${style}"${entry === "limit" ? " (freqtrade's own backtest fills a limit at the next open: use next-open to compare)" : ""}`,
    );
  }
}

function takePairs(ledger: KeyLedger, values: Record<string, unknown>): void {
  const markets: Record<string, readonly string[]> = {};
  for (const [key, name] of [
    ["exchange.pair_whitelist", "include"],
    ["exchange.pair_blacklist", "exclude"],
  ] as const) {
    const pairs = ledger.at(key);
    if (!Array.isArray(pairs)) continue;
    const { patterns, left } = pairPatterns(pairs.filter((pair) => typeof pair === "string"));
    const note = left.length === 0 ? "" : `; left out, since a pattern here knows * and ? only: ${left.join(", ")}`;
    if (patterns.length === 0) ledger.leave(key, `nothing in it can be a pattern here${note}`);
    else {
      markets[name] = patterns;
      ledger.take(key, `markets.${name}: ${patterns.length} patterns${note}`);
    }
  }
  if (Object.keys(markets).length > 0) values["markets"] = markets;
}

function takeMoney(ledger: KeyLedger, values: Record<string, unknown>, limits: Record<string, number>): void {
  const wallet = ledger.at("dry_run_wallet");
  const quote = ledger.at("stake_currency");
  const cash = isRecord(wallet) && typeof quote === "string" ? wallet[quote] : wallet;
  if (typeof cash === "number" && cash > 0) {
    values["cash"] = cash;
    ledger.take("dry_run_wallet", `cash: ${cash}`);
  }
  const ratio = numberAt(ledger, "tradable_balance_ratio") ?? 0.99;
  const most = numberAt(ledger, "max_open_trades");
  const open = most === null ? null : most < 0 ? 10_000 : Math.max(1, Math.floor(most));
  if (open !== null) {
    limits["maxOpenPositions"] = open;
    limits["maxEntriesPerSlot"] = open;
    limits["maxEntriesPerCluster"] = open;
    ledger.take(
      "max_open_trades",
      `limits.maxOpenPositions: ${open}; also per slot and cluster, which freqtrade does not limit`,
    );
  }
  limits["maxExposurePct"] = Math.min(100, pct(ratio));
  ledger.takeOrDefault("tradable_balance_ratio", `limits.maxExposurePct: ${limits["maxExposurePct"]}`);
  const stake = ledger.at("stake_amount");
  const entryPct =
    stake === "unlimited"
      ? pct(ratio / (open ?? 1))
      : typeof stake === "number" && typeof cash === "number" && cash > 0
        ? pct(stake / cash)
        : null;
  if (entryPct === null)
    ledger.leave("stake_amount", "a size here is a share of equity: give dry_run_wallet as a number to work it out");
  else {
    limits["entryPct"] = Math.min(entryPct, limits["maxExposurePct"]);
    ledger.take(
      "stake_amount",
      `limits.entryPct: ${limits["entryPct"]}${stake === "unlimited" ? "" : "; a share of equity, so it grows and shrinks with it"}`,
    );
  }
}

/** Null where the configuration says nothing of stops, ROI or trailing. */
function takeBracket(ledger: KeyLedger, limits: Record<string, number>): Readonly<Record<string, unknown>> | null {
  const bracket: Record<string, unknown> = {};
  const stop = numberAt(ledger, "stoploss");
  const stopPct = stop === null ? null : Math.min(99, pct(Math.abs(stop)));
  if (stopPct !== null && stopPct > 0) {
    bracket["stopPct"] = stopPct;
    limits["stopPct"] = stopPct;
    ledger.take("stoploss", `bracket.stopPct and limits.stopPct: ${stopPct}`);
  }
  const steps = ledger.at("minimal_roi");
  if (isRecord(steps) && Object.values(steps).every((gain) => typeof gain === "number")) {
    const roi = Object.fromEntries(Object.entries(steps).map(([minutes, gain]) => [minutes, pct(gain as number)]));
    bracket["roi"] = roi;
    ledger.take("minimal_roi", "bracket.roi, percent by minutes");
  }
  if (ledger.at("trailing_stop") === true) {
    const trailing = trailingOf(ledger, stopPct);
    if (trailing.length > 0) bracket["trailing"] = trailing;
    ledger.take("trailing_stop", "bracket.trailing");
  } else ledger.take("trailing_stop", "no trailing");
  for (const key of ["trailing_stop_positive", "trailing_stop_positive_offset", "trailing_only_offset_is_reached"]) {
    if (ledger.at("trailing_stop") === true) ledger.take(key, "in bracket.trailing");
    else ledger.leave(key, "trailing_stop is off");
  }
  return Object.keys(bracket).length === 0 ? null : bracket;
}

/** Before the offset the stop trails at the stop's own distance, unless only from the offset on; behind it at the positive one. */
function trailingOf(ledger: KeyLedger, stopPct: number | null) {
  const positive = numberAt(ledger, "trailing_stop_positive");
  const offset = pct(numberAt(ledger, "trailing_stop_positive_offset") ?? 0);
  const onlyFrom = ledger.at("trailing_only_offset_is_reached") === true;
  const from = positive === null ? [] : [{ fromGainPct: offset, distancePct: pct(positive) }];
  const before =
    onlyFrom || stopPct === null || (positive !== null && offset === 0)
      ? []
      : [{ fromGainPct: 0, distancePct: stopPct }];
  return [...before, ...from];
}

function takeProtections(ledger: KeyLedger, values: Record<string, unknown>, limits: Record<string, number>): void {
  const given = ledger.at("protections");
  if (!Array.isArray(given)) return;
  const notes: string[] = [];
  const left: string[] = [];
  for (const one of given) {
    if (!isRecord(one)) continue;
    const method = String(one["method"]).slice(0, 40);
    if (method === "CooldownPeriod") {
      const candles = candlesOf(one, values["timeframe"]);
      if (candles === null) left.push(`${method} (no stop_duration)`);
      else {
        limits["cooldownCandles"] = candles;
        notes.push(`CooldownPeriod as limits.cooldownCandles: ${candles}`);
      }
    } else if (method === "MaxDrawdown" && typeof one["max_allowed_drawdown"] === "number") {
      const most = Math.min(100, pct(one["max_allowed_drawdown"]));
      limits["maxDrawdownPct"] = most;
      limits["maxDayLossPct"] = Math.min(2, most);
      notes.push(
        `MaxDrawdown as limits.maxDrawdownPct: ${most}, from the 30-day peak and until \`resume\`, not for a time`,
      );
    } else if (method === "StoplossGuard")
      left.push("StoplossGuard (the day's loss and the drawdown stop entries instead)");
    else if (method === "LowProfitPairs") left.push("LowProfitPairs (no rule here looks at a market's own profit)");
    else left.push(method);
  }
  const leftNote = left.length === 0 ? "" : `left out: ${left.join(", ")}`;
  if (notes.length === 0) ledger.leave("protections", leftNote === "" ? "none is in it" : leftNote);
  else ledger.take("protections", [...notes, leftNote].filter((note) => note !== "").join("; "));
}

/** `stop_duration` is minutes. */
function candlesOf(protection: Readonly<Record<string, unknown>>, timeframe: unknown): number | null {
  const { stop_duration_candles: candles, stop_duration: minutes } = protection;
  if (typeof candles === "number") return Math.max(0, Math.round(candles));
  if (typeof minutes !== "number") return null;
  return Math.ceil((minutes * 60_000) / timeframeMs(TIMEFRAMES.find((one) => one === timeframe) ?? "5m"));
}
