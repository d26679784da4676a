// Floor 2, risk. A rule of the operator's → what it does, in a trader's words. The same text wherever a rule is shown.
import { decimalFromNumber } from "#schemas/money.ts";
import type { OperatorRule, RuleScope, RuleWindow } from "#schemas/operator-rule.ts";

/** `memecoins`, `DOGE, SHIB`, `markets ETH/*`, `any market`, as it stands behind "in". */
export function scopeText(scope: RuleScope): string {
  switch (scope.kind) {
    case "all":
      return "any market";
    case "assets":
      return scope.assets.join(", ");
    case "markets":
      return `markets ${scope.pattern}`;
    case "strategy":
      return `any market by ${scope.strategyId}`;
    case "group":
      return scope.name;
  }
}

/** `1 entry`, `2 entries`. */
export const entriesText = (n: number): string => `${n} ${n === 1 ? "entry" : "entries"}`;
export const positionsText = (n: number): string => `${n} ${n === 1 ? "position" : "positions"}`;

const DAY_NAMES = {
  mon: "Mondays",
  tue: "Tuesdays",
  wed: "Wednesdays",
  thu: "Thursdays",
  fri: "Fridays",
  sat: "Saturdays",
  sun: "Sundays",
} as const;

/** With what it means in UTC. */
function windowText(when: RuleWindow): string {
  switch (when.kind) {
    case "weekend":
      return "weekends (Saturday 00:00 to Monday 00:00 UTC)";
    case "weekdays":
      return `${when.days.map((day) => DAY_NAMES[day]).join(" and ")} (00:00 to 24:00 UTC)`;
    case "hours":
      return `${when.from} to ${when.to} UTC each day`;
  }
}

/** One sentence; a note says that it is one. */
export function ruleText(rule: OperatorRule): string {
  switch (rule.type) {
    case "no-hold-over": {
      const lead = rule.hoursBefore === 0 ? "" : ` or in the ${rule.hoursBefore} hours before`;
      return `Nothing in ${scopeText(rule.scope)} is held over ${windowText(rule.when)}: no entries then${lead}, and what is held is sold at the last slot before.`;
    }
    case "no-entries":
      return `No entries in ${scopeText(rule.scope)}${rule.when.kind === "always" ? "" : ` ${rule.when.kind === "hours" ? "from" : "on"} ${windowText(rule.when)}`}; what is held stays until its own exit.`;
    case "max-entries":
      return `At most ${entriesText(rule.count)} a ${rule.per} in ${scopeText(rule.scope)}, counted from ${rule.per === "day" ? "00:00 UTC" : "Monday 00:00 UTC"}.`;
    case "max-positions":
      return `At most ${positionsText(rule.count)} in ${scopeText(rule.scope)} open or on order; what is over it stays until its own exit.`;
    case "max-exposure":
      return `At most ${decimalFromNumber(rule.pct)} % of equity in ${scopeText(rule.scope)} after an entry; what grows over it stays until its own exit.`;
    case "max-stake": {
      const { limit } = rule;
      const most = "pct" in limit ? `${decimalFromNumber(limit.pct)} % of equity` : `${limit.amount} ${limit.currency}`;
      return `At most ${most} an entry in ${scopeText(rule.scope)}; a larger one is made smaller.`;
    }
    case "note":
      return `A note, not enforced: ${rule.text}`;
  }
}
