// Floor 4. Sentences of the desk's own, in the operator's language: a true absence, a limit of what the desk does. They are
// facts, so that a model can say them.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Language } from "#schemas/language.ts";
import statements from "./statements.json" with { type: "json" };

export type StatementId = keyof typeof statements;

/** @param filled what stands in its {braces} */
export function statement(id: StatementId, language: Language, filled: Readonly<Record<string, string>> = {}): NewFact {
  const value = statements[id][language].replace(/\{(\w+)\}/g, (hole, name: string) => filled[name] ?? hole);
  return { kind: "statement", value, unit: "sentence", label: id.replaceAll("-", " ") };
}
