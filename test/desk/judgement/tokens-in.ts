// Model tokens of a row of the ledger, in and out.
import type { LedgerEntry } from "#schemas/work.ts";

export const tokensIn = ({ work }: LedgerEntry): number => work.inputTokens + work.outputTokens;
