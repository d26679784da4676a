// Floor 1. A contract on its chain: what a token is, whatever its ticker says.
import { z } from "zod";

/** A number of an EVM chain as text (`1`, `56`), or the name of another (`solana`, `ton`): toolkits/identity/chains.json has them. */
export const ChainId = z.string().min(1).max(40);

const EVM_CHAIN = /^[1-9]\d*$/;
/** True for the number of an EVM chain. */
export const isEvmChain = (chain: string): boolean => EVM_CHAIN.test(chain);

/** A contract on its chain. Addresses of EVM chains are in lower case, those of others as they are written: there the case counts. */
export const ContractId = z.object({ chain: ChainId, contract: z.string().min(1).max(128) });
export type ContractId = Readonly<z.infer<typeof ContractId>>;

const EVM_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
/** 32 bytes in base58. */
const SOLANA_ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/** Of chains that have no form of their own here: one word, since addresses stand in sentences. */
const OTHER_ADDRESS = /^[\x21-\x7e]{1,128}$/;

/** The contract in the one spelling that two of them are compared in; null where this is no address of that chain. */
export function contractId(chain: string, address: string): ContractId | null {
  const text = address.trim();
  if (isEvmChain(chain)) return EVM_ADDRESS.test(text) ? { chain, contract: text.toLowerCase() } : null;
  if (chain === "solana") return SOLANA_ADDRESS.test(text) ? { chain, contract: text } : null;
  return OTHER_ADDRESS.test(text) ? { chain, contract: text } : null;
}

/** `1:0xa0b8…`: how a contract is written on the command line and as a key. */
export const contractText = ({ chain, contract }: ContractId): string => `${chain}:${contract}`;

/** A chain as it may be typed: its number, or one word. */
const TYPED_CHAIN = /^(?:[1-9]\d{0,19}|[a-z][a-z0-9-]{0,39})$/;

/** Reads `CHAIN:ADDRESS`; null where that is none. */
export function parseContract(text: string): ContractId | null {
  const at = text.indexOf(":");
  const chain = text.slice(0, Math.max(0, at)).trim().toLowerCase();
  return TYPED_CHAIN.test(chain) ? contractId(chain, text.slice(at + 1)) : null;
}
