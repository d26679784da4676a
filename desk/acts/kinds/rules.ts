// Floor 4, acts. The operator's own rules: made, which only tightens, and taken away.
import type { ActOf } from "#schemas/act.ts";
import {
  checkNewRule,
  checkRemoveRule,
  describeNewRule,
  describeRemoveRule,
  newRuleRow,
  removedRuleRow,
} from "../../operator-rules/add-rule.ts";
import { type ActRow, nothingToSend, refused } from "../act-row.ts";

export const addRuleAct: ActRow<ActOf<"add-rule">> = {
  sends: false,
  async prepare(desk, { rule, words }, { by }) {
    const asked = { rule, words, by };
    const reason = checkNewRule(desk, asked);
    if (reason !== null) return refused(reason);
    const row = newRuleRow(desk, asked);
    const text = describeNewRule(desk, asked);
    return {
      status: "ready",
      lines: [`Your words: "${row.words}".`, text],
      stands: {},
      price: null,
      events: [row],
      complete: nothingToSend([`${row.ruleId} ${rule.type === "note" ? "is kept" : "holds from now on"}. ${text}`]),
    };
  },
};

export const removeRuleAct: ActRow<ActOf<"remove-rule">> = {
  sends: false,
  async prepare(desk, { ruleId }, { by, reason }) {
    const asked = { ruleId, by, words: reason };
    const standing = desk.account.portfolio().rules.get(ruleId);
    if (standing === undefined) return refused(checkRemoveRule(desk, asked) ?? `There is no rule ${ruleId}.`);
    const text = describeRemoveRule(desk, asked);
    const events = [removedRuleRow(desk, standing, asked)];
    return { status: "ready", lines: [text], stands: {}, price: null, events, complete: nothingToSend([text]) };
  },
};
