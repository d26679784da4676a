// Floor 1. A stranger's text → one line that can be shown: control and formatting characters out, its length capped. It is never an
// instruction, whatever it says.

/** @param most characters that stay; what is cut ends in `…` */
export function plainText(text: string, most: number): string {
  // Unassigned, private and lone halves of characters as well: \p{C}.
  const plain = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  const characters = Array.from(plain);
  return characters.length > most ? `${characters.slice(0, most).join("").trimEnd()}…` : plain;
}
