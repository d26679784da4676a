// Floor 2. Checks that are about something else than a fact of a token's code, by id: which coin it is, what its venue says, whose word it is.

/** Which coin a market is, and what its venue says of it: nothing stands in for them. */
export const IDENTITY_CHECKS: readonly string[] = [
  "identity",
  "ranked",
  "venue_contract",
  "price",
  "transfers",
  "listing",
];

/** The code behind a proxy is the one that was inspected. */
export const IMPLEMENTATION = "implementation";
/** Sources that have no record, or did not answer. */
export const RECORD = "record";
/** A finding whose report is over: it is not known any more, and not forgotten either. */
export const EXPIRED = "expired";
/** The operator's verdict. */
export const OVERRIDE = "override";

/** Their evidence explains an `unknown` better than their ids. */
export const EXPLAINED: ReadonlySet<string> = new Set([...IDENTITY_CHECKS, IMPLEMENTATION, RECORD, EXPIRED, OVERRIDE]);

/** `source` of a required fact that no source which answered says anything of. */
export const NO_SOURCE = "no source";
