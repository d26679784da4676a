// Floor 4. JSON that a program or a model wrote → a typed rule, or what is wrong with it, field by field.
import { z } from "zod";
import { hashOf } from "#schemas/hash.ts";
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

const OfGroup = z.looseObject({ scope: z.looseObject({ kind: z.literal("group"), name: z.string() }) });

/** The same with the group's members; a text where no such group is known. */
function withMembers(value: unknown): unknown {
  const read = OfGroup.safeParse(value);
  if (!read.success) return value;
  const { scope } = read.data;
  const group = assetGroupNamed(scope.name);
  // Only this project's own list carries its date.
  if (scope["assets"] !== undefined) {
    const isOurs = group !== null && hashOf({ kind: "group", ...group }) === hashOf(scope);
    return { ...read.data, scope: { ...scope, asOf: isOurs ? group.asOf : null } };
  }
  if (group !== null) return { ...read.data, scope: { ...scope, ...group } };
  const known = ASSET_GROUPS.map(({ name }) => name).join(", ");
  return `scope.name: no group is called ${JSON.stringify(scope.name)}; expected one of ${known}, or its assets as a list`;
}
