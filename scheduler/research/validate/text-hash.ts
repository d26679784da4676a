// Floor 5. A text → 32 bits, to compare many rows by (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/).
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
