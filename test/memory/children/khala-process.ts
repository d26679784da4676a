// `node khala-process.ts write|read DATABASE_URL REDIS_URL|- REDIS_PREFIX COUNT`: one of two processes that share a Khala.
// The writer corrects one candle COUNT times and says when it began each write; the reader, whose tier believes itself
// for ever, says when it first saw each. Times are epoch ms.
import { setTimeout as sleep } from "node:timers/promises";
import { createKhala } from "#memory/khala.ts";
import { openStore } from "#memory/stores/open.ts";
import { openSharing } from "#memory/tiers/sharing.ts";
import { clockAt, KEY, makeAnalysis, options, T0 } from "../fixtures.ts";

const [, , role, databaseUrl = "", redis = "-", redisPrefix = "", countText = "0"] = process.argv;
const FIRST_PRICE = 100;
const lastPrice = FIRST_PRICE + Number(countText);
const PAUSE_MS = 20;

const store = await openStore({ kind: "postgres", url: databaseUrl, owner: "child" }, options);
const sharing = await openSharing(
  { databaseUrl, redisUrl: redis === "-" ? null : redis, redisPrefix, monotonicMs: () => performance.now() },
  options,
);
const khala = createKhala({
  store,
  ...sharing,
  clock: clockAt(T0),
  graceMs: 0,
  definitionId: "def-1",
  driftAtr: 2,
  exclusive: false,
  monotonicMs: () => 0,
});

const say = (text: string) => void process.stdout.write(`${text}\n`);
const nowMs = () => performance.timeOrigin + performance.now();

if (role === "write") {
  await khala.remember(makeAnalysis({ price: FIRST_PRICE }), options);
  say("ready");
  await new Promise((go) => process.stdin.once("data", go));
  for (let price = FIRST_PRICE + 1; price <= lastPrice; price += 1) {
    const began = nowMs();
    await khala.remember(makeAnalysis({ price }), options);
    say(`${price} ${began}`);
    await sleep(PAUSE_MS);
  }
} else {
  for (let seen = 0; seen < lastPrice; ) {
    const recall = await khala.recall(KEY, { nowMs: T0 }, options);
    if (recall.status === "fresh" && recall.record.price !== seen) {
      seen = recall.record.price;
      say(seen === FIRST_PRICE ? "ready" : `${seen} ${nowMs()}`);
    }
    await sleep(1);
  }
}
khala.close();
await sharing.close();
await store.close();
process.exit(0);
