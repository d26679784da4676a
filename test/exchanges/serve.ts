// `node test/exchanges/serve.ts VENUE [PORT]`: a local exchange on the system clock, until Ctrl-C. Then, elsewhere:
// DEEPTRADER_EXCHANGE_URL=http://127.0.0.1:PORT deeptrader … --venue VENUE
import { startExchange } from "./exchange.ts";
import { protocolOf } from "./venues.ts";
import { createWorld } from "./world.ts";

const [venue = "binance", port = "0"] = process.argv.slice(2);
const protocol = protocolOf(venue);
const exchange = await startExchange(protocol, createWorld({ ...protocol, now: Date.now }), undefined, Number(port));
console.info(`${venue} listens on ${exchange.url}; most of its markets are in ${protocol.quote}`);
