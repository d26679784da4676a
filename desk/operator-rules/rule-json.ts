// Floor 4. JSON that a program or a model wrote → a typed rule, or what is wrong with it, field by field.
import { z } from "zod";
import { OperatorRule } from "#schemas/operator-rule.ts";
import { ASSET_GROUPS, assetGroupNamed } from "#toolkits/universe/asset-groups.ts";

export type RuleReading =
  | { readonly status: "rule"; readonly rule: OperatorRule }
  /** `scope.assets: expected at least one asset`: at least one. */
  | { readonly status: "refused"; readonly faults: readonly string[] };

/**
 * A scope `{ "kind": "group", "name": "memecoins" }` without members takes those of this project's list; with members it is the
 * operator's own group. What is not understood is refused, never left out.
 */
export function ruleFromJson(value: unknown): RuleReading {
  const filled = withMembers(value);
  if (typeof filled === "string") return { status: "refused", faults: [filled] };
  const parsed = OperatorRule.safeParse(filled);
  if (parsed.success) return { status: "rule", rule: parsed.data };
  return { status: "refused", faults: parsed.error.issues.map(faultText) };
}

const faultText = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join(".")}: ${message}`;

const NamedGroup = z.looseObject({
  scope: z.strictObject({ kind: z.literal("group"), name: z.string(), asOf: z.null().optional() }),
});
const OwnGroup = z.looseObject({
  scope: z.strictObject({ kind: z.literal("group"), name: z.string(), assets: z.unknown() }),
});

/** The same with the group's members; a text where no such group is known. */
function withMembers(value: unknown): unknown {
  const named = NamedGroup.safeParse(value);
  if (named.success) {
    const group = assetGroupNamed(named.data.scope.name);
    if (group !== null) return { ...named.data, scope: { kind: "group", ...group } };
    const known = ASSET_GROUPS.map(({ name }) => name).join(", ");
    return `scope.name: no group is called ${JSON.stringify(named.data.scope.name)}; expected one of ${known}, or its assets as a list`;
  }
  const own = OwnGroup.safeParse(value);
  return own.success ? { ...own.data, scope: { ...own.data.scope, asOf: null } } : value;
}
