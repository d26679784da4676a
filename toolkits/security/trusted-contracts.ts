// Floor 2. The desk's own dated word on contracts: which findings are by design there and which open facts are known, from a day on and
// only for the code that was looked at.
import { z } from "zod";
import { ChainId, type ContractId, contractId } from "#schemas/chain.ts";
import { DataFormatError } from "#schemas/errors.ts";
import { toIso, type UnixMs } from "#schemas/units.ts";
import { severityOf, TOKEN_FACTS } from "./rubric.ts";
import table from "./trusted-contracts.json" with { type: "json" };

/** Rates and holders are graded by what is found; only a flag's weight is known beforehand. */
const Fact = z.string().superRefine((id, context) => {
  if (!TOKEN_FACTS.includes(id)) context.addIssue(`${JSON.stringify(id)} is no fact that the rubric reads`);
  else if (severityOf(id) === "critical") context.addIssue(`${id} is critical: nothing lowers or satisfies it`);
});

export const TrustedContract = z
  .strictObject({
    chain: ChainId,
    contract: z.string(),
    name: z.string().min(1),
    implementation: z.string().nullable().describe("of a proxy: the code that was looked at; null: it is no proxy"),
    from: z.iso.date().describe("first day (UTC) it holds"),
    until: z.iso.date().optional().describe("first day (UTC) it holds no more"),
    lowers: z.array(Fact),
    satisfies: z.array(Fact),
    reason: z.string().min(1),
    source: z.string().min(1).describe("where that can be read"),
  })
  .superRefine(({ chain, contract, implementation, from, until }, context) => {
    for (const [field, address] of Object.entries({ contract, implementation })) {
      if (address === null || contractId(chain, address)?.contract === address) continue;
      context.addIssue({
        code: "custom",
        path: [field],
        message: `${JSON.stringify(address)} is no address of chain ${chain} as it is compared`,
      });
    }
    if (until !== undefined && until <= from) {
      context.addIssue({ code: "custom", path: ["until"], message: `${until} is not after ${from}` });
    }
  });
export type TrustedContract = Readonly<z.infer<typeof TrustedContract>>;

/** @throws DataFormatError naming file, entry and field */
export function parseTrustedContracts(file: string, table: unknown): readonly TrustedContract[] {
  const parsed = z.object({ contracts: z.array(TrustedContract) }).safeParse(table);
  if (parsed.success) return parsed.data.contracts;
  const [issue] = parsed.error.issues;
  throw new DataFormatError({
    where: `${file}, ${(issue?.path ?? []).join(".")}`,
    was: `${issue?.message}.`,
    remedy: "Correct the entry.",
  });
}

export const TRUSTED_CONTRACTS: readonly TrustedContract[] = parseTrustedContracts("trusted-contracts.json", table);

/** Those of one contract that hold on the day of `nowMs`; the newest first. ISO dates of one length order as text. */
export function entriesOf(
  trusted: readonly TrustedContract[],
  { chain, contract }: ContractId,
  nowMs: UnixMs,
): readonly TrustedContract[] {
  const day = toIso(nowMs).slice(0, "2000-01-01".length);
  return trusted
    .filter((entry) => entry.chain === chain && entry.contract === contract)
    .filter(({ from, until }) => from <= day && (until === undefined || day < until))
    .toSorted((a, b) => (a.from > b.from ? -1 : 1));
}
