// The contract of each venue's orders, through the unmodified ccxt client.
import { venueOrdersContract } from "#test/contract/venue-orders.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";

for (const venueId of Object.keys(TRIED_VENUES)) venueOrdersContract(venueId);
