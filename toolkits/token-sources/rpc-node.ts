// Floor 2. A node's JSON-RPC over HTTP → typed reads at one block. https://ethereum.org/en/developers/docs/apis/json-rpc/
import { isRecord } from "#schemas/is-record.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SourceClient } from "../requests/source-client.ts";
import { notItsOwn } from "./answers.ts";

const HEX = /^0x([0-9a-f]{2})*$/;
const QUANTITY = /^0x[0-9a-f]{1,64}$/;
const ZERO = /^0x0*$/;

/** Limits that nodes tell in the body: https://eips.ethereum.org/EIPS/eip-1474#error-codes, and the status as a code. */
const LIMIT_CODES: ReadonlySet<unknown> = new Set([-32005, 429]);

export const rpcLimit = (body: unknown): string | null =>
  isRecord(body) && isRecord(body["error"]) && LIMIT_CODES.has(body["error"]["code"])
    ? "that it was asked too often"
    : null;

export interface Head {
  /** As the node writes it; all reads name it. */
  readonly block: string;
  readonly timeMs: number;
}

export interface RpcNode {
  chainId(options: CallOptions): Promise<string>;
  head(options: CallOptions): Promise<Head>;
  /** Lower case; `0x` where there is none. */
  code(address: string, at: Head, options: CallOptions): Promise<string>;
  /** The address in a slot; null: it is empty. */
  addressAt(address: string, slot: string, at: Head, options: CallOptions): Promise<string | null>;
  /** One word that a function without arguments gives; null: there is no such function. */
  read(address: string, selector: string, at: Head, options: CallOptions): Promise<string | null>;
}

/** The address in a word of 32 bytes; null: there is none. */
export const addressOfWord = (word: string): string | null => {
  const digits = word.slice(2).padStart(64, "0");
  return /^0{24}[0-9a-f]{40}$/.test(digits) ? `0x${digits.slice(24)}` : null;
};

/** What a call throws in the contract itself: it has no such function, or refuses. */
const isRevert = (error: Readonly<Record<string, unknown>>): boolean =>
  error["code"] === 3 || /revert|invalid opcode|vm execution/i.test(String(error["message"]));

/**
 * @param name how errors name it
 * Each verb throws what the client throws, and ProviderError for an answer to something else, for an error of the node, and for one that is
 * not of the protocol.
 */
export function createRpcNode(name: string, client: Pick<SourceClient, "post">): RpcNode {
  let lastId = 0;

  async function ask(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    lastId += 1;
    const id = lastId;
    const { body } = await client.post("", { jsonrpc: "2.0", id, method, params }, options);
    if (!isRecord(body) || body["jsonrpc"] !== "2.0") throw notItsOwn(name, "JSON that is no JSON-RPC");
    if (body["id"] !== id) throw notItsOwn(name, "the answer to another request");
    if (isRecord(body["error"])) {
      if (method === "eth_call" && isRevert(body["error"])) return null;
      throw notItsOwn(name, `an error (code ${Number(body["error"]["code"])}) to ${method}`);
    }
    return body["result"];
  }

  function hex(value: unknown, pattern: RegExp, method: string): string {
    const text = typeof value === "string" ? value.toLowerCase() : "";
    if (!pattern.test(text)) throw notItsOwn(name, `something else than hexadecimal digits to ${method}`);
    return text;
  }

  return {
    chainId: async (options) => BigInt(hex(await ask("eth_chainId", [], options), QUANTITY, "eth_chainId")).toString(),
    async head(options) {
      const method = "eth_getBlockByNumber";
      const block = await ask(method, ["latest", false], options);
      if (!isRecord(block)) throw notItsOwn(name, `no block to ${method}`);
      const timeMs = Number(hex(block["timestamp"], QUANTITY, method)) * 1000;
      return { block: hex(block["number"], QUANTITY, method), timeMs };
    },
    async code(address, at, options) {
      return hex(await ask("eth_getCode", [address, at.block], options), HEX, "eth_getCode");
    },
    async addressAt(address, slot, at, options) {
      const method = "eth_getStorageAt";
      const word = hex(await ask(method, [address, slot, at.block], options), QUANTITY, method);
      return ZERO.test(word) ? null : addressOfWord(word);
    },
    async read(address, selector, at, options) {
      const word = await ask("eth_call", [{ to: address, data: selector }, at.block], options);
      if (word === null || word === "0x") return null;
      return hex(word, HEX, "eth_call");
    },
  };
}
