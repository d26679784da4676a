// What is confirmed of the coins' contracts → the records of the local token sources: each says what it would say of that, and nothing else.
import { contractText, isEvmChain } from "#schemas/chain.ts";
import type { TestCoin } from "./coins.ts";
import { goPlusRecord } from "./goplus-record.ts";
import { soundHoneypot, type TokenServers } from "./token-servers.ts";

type Records = TokenServers["records"];

/** The registry has the code; of a proxy it names what the calls go to, where that is confirmed. */
function sourcifyRecords(sourcify: Records["sourcify"], coin: TestCoin): void {
  const [first] = coin.contracts;
  const { facts } = coin;
  if (first === undefined || facts === undefined || !isEvmChain(first.chain)) return;
  const isProxy = facts.can.includes("proxy");
  const { implementation } = facts;
  const implementations = implementation === undefined ? [] : [{ address: implementation, name: coin.name }];
  const proxyResolution = { isProxy, proxyType: isProxy ? "EIP1967Proxy" : null, implementations };
  sourcify.set(contractText(first), { match: "exact_match", proxyResolution });
  if (implementation !== undefined)
    sourcify.set(contractText({ chain: first.chain, contract: implementation }), {
      match: "exact_match",
      proxyResolution: { isProxy: false, proxyType: null, implementations: [] },
    });
}

/** A sale went through; what taxes there were is told where nobody can change them. */
function honeypotRecord({ facts, contracts: [first] }: TestCoin): unknown {
  const sound = soundHoneypot(first?.contract ?? "");
  const isProxy = facts?.can.includes("proxy") === true;
  const contractCode = { openSource: true, rootOpenSource: true, isProxy, hasProxyCalls: isProxy };
  return facts?.cannot.includes("tax") === true
    ? { ...sound, contractCode }
    : { ...sound, contractCode, simulationResult: {} };
}

/** The local sources know of each coin's first contract what is confirmed of it. */
export function tellTokenServers({ records }: TokenServers, coins: readonly TestCoin[]): void {
  for (const coin of coins) {
    const [first] = coin.contracts;
    if (first === undefined) continue;
    records.goplus.set(contractText(first), goPlusRecord(coin));
    sourcifyRecords(records.sourcify, coin);
    if (coin.facts !== undefined) records.honeypot.set(contractText(first), honeypotRecord(coin));
  }
}
