// Floor 2. `{{f12}}` in a text → the facts that are meant.
import { type Fact, FIGURE_UNITS } from "#schemas/fact.ts";
import { type Fault, fault } from "./check-run.ts";
import { type FactForm, FORMS, MOST_PLACES, type Reference, referenceChar, type Work } from "./sentence.ts";

const REFERENCE = /\{\{(f[1-9]\d{0,5})(?:\|(abs|at|name))?\}\}/g;

/** Ids that a draft refers to, each once, known or not. */
export const referencedIds = (draft: string): readonly string[] => [
  ...new Set([...draft.matchAll(REFERENCE)].flatMap(([, id]) => id ?? [])),
];

/** @param facts by id */
export function takeReferences(raw: string, facts: ReadonlyMap<string, Fact>): Work | Fault {
  const references: Reference[] = [];
  const faults: Fault[] = [];
  const text = raw.replace(REFERENCE, (written, id: string, form: FactForm = FORMS[0]) => {
    const fact = facts.get(id);
    if (fact === undefined) faults.push(fault("unknown-fact", written));
    else if (!fits(fact, form)) faults.push(fault("reference", written));
    else references.push({ fact, form });
    return referenceChar(references.length - 1);
  });
  if (references.length >= MOST_PLACES) return fault("too-long", `${references.length} references`);
  const brace = /.{0,12}[{}].{0,12}/.exec(text)?.[0];
  return faults[0] ?? (brace === undefined ? { text, references, literals: [] } : fault("reference", brace));
}

function fits(fact: Fact, form: FactForm): boolean {
  if (form === "abs") return FIGURE_UNITS.has(fact.unit);
  return form !== "name" || fact.market !== null;
}
