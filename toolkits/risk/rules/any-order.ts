// Floor 2, risk. Rules of any order, the only ones that can bar the way out (law 7).
import { isPrice } from "../draft.ts";
import type { Rule } from "./rule.ts";

export const halt: Rule = ({ portfolio, haltFile }) => {
  if (haltFile) return "the halt file is there; the desk sends nothing until it is removed";
  return portfolio.control === "halted" ? "the desk is halted; it sends nothing until `resume`" : null;
};

export const price: Rule = ({ decision }) =>
  isPrice(decision.price) ? null : `price is ${decision.price}, expected a positive number`;

export const marketFilters: Rule = (_, draft) => (draft.status === "unfit" ? draft.reason : null);

export const position: Rule = (_, draft) => (draft.status === "nothing" ? draft.reason : null);
