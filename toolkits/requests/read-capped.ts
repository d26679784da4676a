// Floor 2. The body of an answer → bytes or text, as long as it is no longer than it may be.

/** Null as soon as more than `maxBytes` have come; the rest is not read. */
export async function readCappedBytes(response: Response, maxBytes: number): Promise<Buffer | null> {
  if (response.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => {});
      return null;
    }
    chunks.push(value);
  }
}

/** As UTF-8; null as above. */
export const readCapped = async (response: Response, maxBytes: number): Promise<string | null> =>
  (await readCappedBytes(response, maxBytes))?.toString("utf8") ?? null;
