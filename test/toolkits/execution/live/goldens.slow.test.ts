// Every kind of request that leaves the house for an order, as it was captured at a local exchange through the unmodified ccxt client.
// A change of ccxt or of ours that sends something else fails here. `node test/exchanges/trading/write-goldens.ts` writes them anew.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { captureRequests, goldenUrl } from "#test/exchanges/trading/capture.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";

for (const venueId of Object.keys(TRIED_VENUES)) {
  it(`${venueId} is sent what was captured`, async () => {
    expect(await captureRequests(venueId)).toEqual(JSON.parse(await readFile(goldenUrl(venueId), "utf8")));
  });
}
