// Floor 6. Records of the desk by address: `deeptrader://analysis/BTC-USDT` → the document of the command that shows it, as JSON. What is
// listed comes from the desk; an address that the desk does not know is refused in its words.
import {
  type McpServer,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { UnknownNameError } from "#schemas/errors.ts";
import type { CommandInput } from "../command.ts";
import { type Document, documentOf, type McpDesk } from "./call-desk.ts";
import { DOCS_PAGES, docsPage } from "./docs-pages.ts";
import { sentence, wordsOf } from "./tool.ts";

const JSON_TYPE = "application/json";
const NOTHING: CommandInput = { args: [], flags: {} };

/** Path of the address, the command, and its title. */
const RECORDS = [
  ["status", "status", "Desk now"],
  ["positions", "positions", "Positions"],
  ["journal/latest", "journal", "Journal, the newest rows"],
  ["trades", "trades", "Closed trades"],
  ["triggers", "triggers", "Action levels of the next close"],
  ["report", "report", "Report"],
  ["analysis", "memory list", "Analyses in memory"],
  ["briefs", "brief show", "Briefs"],
  ["debates", "debates", "Debates"],
  ["plans", "plans", "Plans"],
  ["lessons", "lessons", "Lessons"],
  ["approvals", "approvals list", "Proposals"],
] as const;

/** One market's record: room of the address, command, title, and the command that knows which there are; null: those of `analysis`. */
const OF_MARKETS = [
  ["analysis", "memory show", "Analysis of a market", "memory list"],
  ["history", "memory history", "Earlier analyses of a market", null],
  ["brief", "brief show", "Brief of a market", "brief show"],
  ["debates", "debates", "Debates of a market", null],
] as const;

export const addressOf = (path: string): string => `deeptrader://${path}`;

/** `BTC/USDT` → `BTC-USDT`; a currency with a dash in it keeps its stroke, encoded. */
export const addressOfMarket = (room: string, market: string): string =>
  addressOf(`${room}/${encodeURIComponent(market.includes("-") ? market : market.replace("/", "-"))}`);

export function addResources(server: McpServer, desk: McpDesk): void {
  for (const [path, command, title] of RECORDS) {
    const description = sentence(wordsOf(command).summary);
    server.registerResource(path, addressOf(path), { title, description, mimeType: JSON_TYPE }, (uri) =>
      recordAt(uri, desk, command, NOTHING),
    );
  }
  for (const [room, command, title, lister] of OF_MARKETS) {
    const description = sentence(wordsOf(command).summary);
    const template = new ResourceTemplate(addressOf(`${room}/{market}`), {
      list: lister === null ? undefined : () => listMarkets(desk, room, lister),
    });
    server.registerResource(room, template, { title, description, mimeType: JSON_TYPE }, (uri, { market }) =>
      recordAt(uri, desk, command, { args: [decoded(uri, market)], flags: {} }),
    );
  }
  addDocs(server);
}

async function listMarkets(desk: McpDesk, room: string, lister: string) {
  const markets = marketsIn(await documentOf(desk, lister, NOTHING));
  return {
    resources: markets.map((market) => ({
      uri: addressOfMarket(room, market),
      name: `${room} ${market}`,
      mimeType: JSON_TYPE,
    })),
  };
}

/** @throws ResourceNotFoundError for a name that the desk does not know */
async function recordAt(uri: URL, desk: McpDesk, command: string, input: CommandInput): Promise<ReadResourceResult> {
  try {
    const text = JSON.stringify(await documentOf(desk, command, input));
    return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text }] };
  } catch (error) {
    if (error instanceof Error && error.name === UnknownNameError.name)
      throw new ResourceNotFoundError(uri.href, error.message);
    throw error;
  }
}

/** What the library matched is as the client wrote it. @throws ResourceNotFoundError for a broken encoding */
function decoded(uri: URL, value: string | readonly string[] | undefined): string {
  try {
    return decodeURIComponent(String(value));
  } catch {
    throw new ResourceNotFoundError(uri.href);
  }
}

/** Of a list of analyses, or of briefs: each market once. */
function marketsIn(document: Document): readonly string[] {
  const rows: unknown = document["records"] ?? document["briefs"];
  return [...new Set((Array.isArray(rows) ? rows : []).flatMap((row: unknown) => symbolOf(row) ?? []))];
}

function symbolOf(row: unknown): string | null {
  if (typeof row !== "object" || row === null) return null;
  if ("symbol" in row && typeof row.symbol === "string") return row.symbol;
  return "scope" in row ? symbolOf(row.scope) : null;
}

function addDocs(server: McpServer): void {
  const list = async () => ({
    resources: DOCS_PAGES.map(([page, title]) => ({
      uri: addressOf(`docs/${page}`),
      name: `docs ${page}`,
      title,
      mimeType: "text/markdown",
    })),
  });
  const about = { title: "Guides", description: "A guide of DeepTrader.", mimeType: "text/markdown" };
  const template = new ResourceTemplate(addressOf("docs/{page}"), { list });
  server.registerResource("docs", template, about, async (uri, { page }) => {
    const text = await docsPage(decoded(uri, page));
    if (text === null) throw new ResourceNotFoundError(uri.href);
    return { contents: [{ uri: uri.href, mimeType: "text/markdown", text }] };
  });
}
