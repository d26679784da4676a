// Bench. Pages that are open somewhere, without a browser: each listens to the desk's events and asks for its parts again when
// something has happened, as assets/live.js does. A process of its own, so that it takes no time of the desk's.
//   node page-watchers.ts ADDRESS TOKEN COUNT
const [address = "", token = "", count = "0"] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
/** As assets/live.js waits between two askings, ms. */
const GAP_MS = 120;

async function watch(): Promise<void> {
  const stream = await fetch(`${address}/api/v1/events`, { headers });
  if (stream.body === null || !stream.ok) throw new Error(`no events: ${stream.status}`);
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = false;
    const parts = await fetch(`${address}/?part=live`, { headers });
    if (!parts.ok) throw new Error(`no parts: ${parts.status}`);
    await parts.text();
  };
  process.send?.("open");
  for await (const text of stream.body.pipeThrough(new TextDecoderStream())) {
    if (isAsking || !/^event: (?!hello)/m.test(text)) continue;
    isAsking = true;
    setTimeout(() => void ask(), GAP_MS);
  }
}

await Promise.all(Array.from({ length: Number(count) }, watch));
