// Floor 2. What markdown and HTML would hide or link: void. Emphasis falls out, so that what is read is what is shown.
import { type Fault, fault } from "./check-run.ts";
import { type Literal, literalPlace, type Work } from "./sentence.ts";

const VOID = [
  /[<>\\@]/,
  /&(?!L\b)|(?<!\bP)&/,
  /\]\(|\]\[|\]:|!\[|\[\[/,
  /:\/\/|\bwww\b/i,
  // A host name, or a sentence that begins without a space.
  /\p{L}\p{L}\.\p{L}\p{L}/u,
  /```|~~~/,
] as const;

/** @param work one sentence without the mark of its line (list, heading, quotation) */
export function stripMarkup(work: Work, commands: readonly string[]): Work | Fault {
  const literals: Literal[] = [...work.literals];
  const unknown: string[] = [];
  // "thr**ee**": emphasis stands around words, not in them.
  const within = /\p{L}(?:[*_]+|~~)\p{L}/u.exec(work.text)?.[0];
  if (within !== undefined) return fault("markup", within);
  const text = work.text
    .replaceAll(/`([^`]*)`/g, (written, code: string) => {
      if (!commands.includes(code)) unknown.push(written);
      return literalPlace(literals, written);
    })
    .replaceAll(/[*_]|~~/g, "");
  const [code] = unknown;
  if (code !== undefined || text.includes("`")) return fault("inline-code", code ?? "`");
  for (const pattern of VOID) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return fault("markup", found);
  }
  return { ...work, text, literals };
}
