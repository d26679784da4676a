// The rubric and the dated table of contracts → their parts of docs/token-security.md.
import {
  EVM_FLAGS,
  type FlagRule,
  OTHER_FLAGS,
  REQUIRED_CHECKS,
  SOLANA_FLAGS,
  SOURCE_FLAGS,
} from "#toolkits/security/rubric.ts";
import { TRUSTED_CONTRACTS } from "#toolkits/security/trusted-contracts.ts";

type Kind = keyof typeof REQUIRED_CHECKS;

const VERDICTS: Readonly<Record<FlagRule["severity"], string>> = {
  critical: "block",
  high: "block",
  medium: "caution",
  low: "shown",
  info: "shown",
};

function rows(kind: Kind, rules: readonly FlagRule[]): readonly string[] {
  const isRequired = ({ id }: FlagRule): boolean => REQUIRED_CHECKS[kind].includes(id);
  return rules.map((rule) => {
    const { id, severity, bad, trustable } = rule;
    const cells = [
      `\`${id}\``,
      bad,
      severity,
      VERDICTS[severity],
      isRequired(rule) ? "yes" : "",
      trustable ? "yes" : "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
}

const HEAD = "| fact | bad when | weighs | makes | required | may be lowered |\n|---|---|---|---|---|---|";
const { is_mintable, fake_token, default_account_state, transfer_hook, malicious_address } = OTHER_FLAGS;

export const rubricTables = (): string =>
  [
    `**EVM contracts.** Required beside the flags: \`buy_tax\`, \`sell_tax\`.\n\n${HEAD}`,
    ...rows("evm", [...EVM_FLAGS, is_mintable, fake_token]),
    `\n**Solana tokens.** Required beside the flags: \`transfer_fee\`.\n\n${HEAD}`,
    ...rows("solana", [...SOLANA_FLAGS, default_account_state, transfer_hook, malicious_address]),
    `\n**What single sources tell beside these**, of the chains that they serve: none of it is required.\n\n${HEAD}`,
    ...rows("evm", SOURCE_FLAGS),
  ].join("\n");

/** What the desk itself vouches for, each from a day on and for one code. */
export const trustedTable = (): string =>
  [
    "| contract | from | lowers | because |\n|---|---|---|---|",
    ...TRUSTED_CONTRACTS.map(
      ({ name, from, lowers, reason }) => `| ${name} | ${from} | \`${lowers.join("`, `")}\` | ${reason} |`,
    ),
  ].join("\n");
