// Floor 6. `security SYMBOL|CHAIN:ADDRESS`: may it be entered, what is wrong with it, and who says so since when.
import { formatTime } from "#desk/documents/format.ts";
import { SecurityDocument, type SecurityTarget, securityDocumentOf } from "#desk/security/security-document.ts";
import { parseContract } from "#schemas/chain.ts";
import { UsageError } from "#schemas/errors.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import { chainName } from "#toolkits/identity/chains.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { verdictText } from "../text/analysis-text.ts";
import { table } from "../text/table.ts";
import type { OpenDesk } from "../wire.ts";
import { heldSymbol } from "./symbols.ts";

export const securityCommand = deskCommand<SecurityDocument>({
  name: "security show",
  document: SecurityDocument,
  exchange: "when-needed",
  execute: ({ desk }, { args, flags }, options) => {
    const { onProgress } = options;
    const onAsked = (done: number, of: number): void => onProgress?.(done, of, "asking the sources");
    const target = targetOf(desk, args[0] ?? "");
    return securityDocumentOf(desk, target, { ...options, onProgress: onAsked, kept: flags["kept"] === true });
  },
  render: (document, style) => {
    const { security, problem } = document;
    const wrong = security.checks.filter(({ state }) => state === "fail" || state === "unknown");
    return [
      `${style.bold(nameOf(document))}  ${verdictText(security, style)}: ${security.reason}`,
      document.bars
        ? style.warn(
            `It is not entered; what is held of it ${security.verdict === "block" ? "is sold" : "stays, with its stop"}.`,
          )
        : style.good("Security bars no entry."),
      ...(problem === null ? [] : [style.bad(problem)]),
      ...(wrong.length === 0 ? [] : ["", checksTable(wrong)]),
      ...evidenceLines(document, style),
    ].join("\n");
  },
});

/** @throws UsageError for what is meant for a contract and is none; UnknownNameError naming near markets */
function targetOf(desk: OpenDesk["desk"], typed: string): SecurityTarget {
  const contract = parseContract(typed);
  if (contract !== null) return { contract };
  if (typed.includes(":")) {
    throw new UsageError({
      was: `${JSON.stringify(typed.slice(0, 80))} is no CHAIN:ADDRESS.`,
      expected: "an EVM chain's number or solana, a colon, and the contract's whole address",
      remedy: "Correct it, for example 1:0x514910771af9ca656af840dff83e8264ecf986ca.",
    });
  }
  return { symbol: heldSymbol(desk, typed) };
}

function nameOf({ symbol, coin, security: { chain, contract } }: SecurityDocument): string {
  const asset = coin?.asset ?? null;
  const name = symbol === null ? "" : `${symbol}${asset === null ? "" : ` (${asset.name}, ${asset.id})`}`;
  const code = chain === null || contract === null ? "" : `${contract} on ${chainName(chain)}`;
  return [name, code].filter((part) => part !== "").join(", ");
}

const checksTable = (checks: readonly SecurityCheck[]): string =>
  table(checks, [
    { title: "", value: ({ state }) => (state === "fail" ? "found" : "not known") },
    { title: "severity", value: ({ severity }) => severity },
    { title: "check", value: ({ id }) => id },
    { title: "source", value: ({ source }) => source },
    { title: "evidence", value: ({ evidence }) => evidence },
  ]);

/** Whose word it is, from when, and until when it holds. */
function evidenceLines({ security }: SecurityDocument, style: Style): readonly string[] {
  const passed = security.checks.filter(({ state }) => state === "pass");
  const of = security.evidence ?? [
    {
      source: security.checks[0]?.source ?? "",
      observedAtMs: security.observedAtMs,
      validUntilMs: security.validUntilMs,
    },
  ];
  return [
    "",
    ...(passed.length === 0 ? [] : [style.dim(`passed: ${passed.map(({ id }) => id).join(", ")}`)]),
    ...of.map(({ source, observedAtMs, validUntilMs }) =>
      style.dim(`${source}: seen ${formatTime(observedAtMs)} UTC, holds until ${formatTime(validUntilMs)} UTC`),
    ),
  ];
}
