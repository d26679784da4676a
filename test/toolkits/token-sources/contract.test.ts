import type { ContractId } from "#schemas/chain.ts";
import { testCoin } from "../../coins/coins.ts";
import { tokenSourceContract } from "../../contract/token-source.ts";

const contractOf = (ticker: string): ContractId => {
  const [contract] = testCoin(ticker).contracts;
  if (contract === undefined) throw new Error(`${ticker} has no contract`);
  return contract;
};

const evm = { known: contractOf("LINK"), unknown: contractOf("PEPE"), onUnknown: "unknown" } as const;
const solana = {
  known: contractOf("BONK"),
  unknown: { chain: "solana", contract: "So11111111111111111111111111111111111111112" },
  onUnknown: "unknown",
} as const;

tokenSourceContract({
  ...evm,
  id: "goplus",
  named: "goplus",
  serves: ["1", "56", "solana"],
  servesNot: ["ton", "tron"],
  server: ({ goplus }) => goplus,
});
tokenSourceContract({
  ...evm,
  id: "honeypot.is",
  named: "honeypot.is",
  serves: ["1", "56", "8453"],
  servesNot: ["137", "solana", "ton"],
  server: ({ honeypot }) => honeypot,
});
tokenSourceContract({
  ...solana,
  id: "rugcheck",
  named: "rugcheck",
  serves: ["solana"],
  servesNot: ["1", "ton"],
  server: ({ rugcheck }) => rugcheck,
});
tokenSourceContract({
  ...evm,
  id: "sourcify",
  named: "sourcify",
  serves: ["1", "43114"],
  servesNot: ["solana", "ton"],
  server: ({ sourcify }) => sourcify,
});
tokenSourceContract({
  ...evm,
  id: "rpc-1",
  named: "the node of Ethereum",
  onUnknown: "block",
  serves: ["1"],
  servesNot: ["56", "solana"],
  server: ({ node }) => node,
});
