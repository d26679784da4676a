// `node test/exchanges/trading/write-goldens.ts [VENUE…]`: writes down what is sent today. Read the difference before it is committed.
import { writeFile } from "node:fs/promises";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { captureRequests, goldenUrl } from "./capture.ts";

const asked = process.argv.slice(2);
for (const venueId of asked.length > 0 ? asked : Object.keys(TRIED_VENUES)) {
  await writeFile(goldenUrl(venueId), `${JSON.stringify(await captureRequests(venueId), null, 2)}\n`);
  console.info(`${venueId}: written`);
}
