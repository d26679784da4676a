// What goes wrong at an exchange, as data: which fault, at which kind of request, how often or until when. The server asks this
// layer about each request; it knows no venue.

/** What a request is for. A venue that answers two of them with one call has both. */
export type EndpointKind = "candles" | "tickers" | "markets" | "coins" | "time" | TradingKind;

/** Of requests that are signed by a key that may trade. */
export type TradingKind = "place" | "cancel" | "move" | "order" | "open-orders" | "trades" | "balances" | "key";

export type Fault =
  /** Another status than 200; `headers` such as Retry-After in seconds. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Takes the request and never answers. */
  | { readonly kind: "hang" }
  /** Does what was asked for, and never answers. */
  | { readonly kind: "unanswered" }
  /** Does what was asked for so much later, as far as its rules allow it then, and never answers. */
  | { readonly kind: "taken-late"; readonly afterMs: number }
  /** Does what was asked for, and answers this instead. */
  | { readonly kind: "answered-otherwise"; readonly status: number; readonly text: string }
  /** Does what was asked for, and answers once this has happened. */
  | { readonly kind: "answered-after"; readonly moment: Promise<unknown> }
  /** Breaks the connection in the middle of the body. */
  | { readonly kind: "reset" }
  /** A whole answer, 200, whose text ends in the middle. */
  | { readonly kind: "truncated" }
  /** This text in place of every body, with 200. */
  | { readonly kind: "body"; readonly body: string; readonly contentType?: string }
  /** Every number of the answer, and every text that is one, replaced. */
  | { readonly kind: "retyped"; readonly by: unknown }
  /** The answer's rows replaced, in an envelope that is right. */
  | { readonly kind: "rows-replaced"; readonly by: unknown }
  /** Each row of the answer as `by` makes it. */
  | { readonly kind: "rows-changed"; readonly by: (row: unknown[]) => unknown }
  /** At most so many rows of candles, whatever the venue's page and what was asked for. */
  | { readonly kind: "short-pages"; readonly rows: number }
  | { readonly kind: "duplicates" }
  | { readonly kind: "unsorted" }
  /** One row of seven is missing. */
  | { readonly kind: "gaps" }
  /** Rows and prices of 365 days ago, whatever was asked for. */
  | { readonly kind: "year-old" }
  /** Rows and prices stand still since then. */
  | { readonly kind: "frozen"; readonly sinceMs: number }
  /** A candle appears this long after its close. */
  | { readonly kind: "late"; readonly lateMs: number }
  /** The newest closed candle, multiplied. */
  | { readonly kind: "spike"; readonly factor: number }
  | { readonly kind: "no-bid" }
  | { readonly kind: "no-volume" }
  /** Venue clock minus ours, for whatever it says. */
  | { readonly kind: "clock"; readonly offsetMs: number };

export interface FaultRule {
  readonly fault: Fault;
  /** Left out: every request. */
  readonly at?: readonly EndpointKind[];
  /** The first so many requests; left out: all. */
  readonly times?: number;
  /** Until this moment of the world's clock. */
  readonly untilMs?: number;
}

export interface Faults {
  /** In force from the next request on, beside those that are. */
  add(rule: FaultRule): void;
  clear(): void;
  /** Those that meet a request of these kinds now; counts it against `times`. */
  meet(kinds: readonly EndpointKind[], nowMs: number): readonly Fault[];
  /** Venue clock minus ours, without counting. */
  clockOffsetMs(nowMs: number): number;
}

export function createFaults(rules: readonly FaultRule[] = []): Faults {
  let inForce = rules.map((rule) => ({ rule, met: 0 }));
  const holds = ({ rule, met }: { rule: FaultRule; met: number }, nowMs: number): boolean =>
    met < (rule.times ?? Number.POSITIVE_INFINITY) && nowMs < (rule.untilMs ?? Number.POSITIVE_INFINITY);
  return {
    add(rule) {
      inForce.push({ rule, met: 0 });
    },
    clear() {
      inForce = [];
    },
    meet(kinds, nowMs) {
      const meeting = inForce.filter(
        (entry) => holds(entry, nowMs) && (entry.rule.at ?? kinds).some((kind) => kinds.includes(kind)),
      );
      for (const entry of meeting) entry.met += 1;
      return meeting.map(({ rule }) => rule.fault);
    },
    clockOffsetMs(nowMs) {
      return inForce.reduce(
        (sum, entry) =>
          entry.rule.fault.kind === "clock" && holds(entry, nowMs) ? sum + entry.rule.fault.offsetMs : sum,
        0,
      );
    },
  };
}

const isNumeric = (value: unknown): boolean =>
  typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));

/** The same shape with another value wherever a number stood; codes of success are left, or the answer would be a refusal. */
function retyped(value: unknown, by: unknown): unknown {
  if (isNumeric(value)) return by;
  if (Array.isArray(value)) return value.map((each) => retyped(each, by));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, /^(code|retCode)$/.test(name) ? each : retyped(each, by)]),
  );
}

/** The list or record of an answer with the most entries, which are its rows, changed, wherever in its envelope it stands. */
function withRows(value: unknown, change: (rows: object) => unknown): unknown {
  let rows: object = typeof value === "object" && value !== null ? value : {};
  const look = (at: unknown): void => {
    if (typeof at !== "object" || at === null) return;
    if (Object.keys(at).length > Object.keys(rows).length) rows = at;
    for (const each of Object.values(at)) look(each);
  };
  look(value);
  const replace = (at: unknown): unknown => {
    if (at === rows) return change(rows);
    if (Array.isArray(at)) return at.map(replace);
    if (typeof at !== "object" || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([name, each]) => [name, replace(each)]));
  };
  return replace(value);
}

/** The body as the faults leave it, before it is made a text. */
export function faultedBody(body: unknown, faults: readonly Fault[]): unknown {
  return faults.reduce<unknown>((value, fault) => {
    switch (fault.kind) {
      case "retyped":
        return retyped(value, fault.by);
      case "rows-replaced":
        return withRows(value, () => fault.by);
      case "rows-changed":
        return withRows(value, (rows) => (Array.isArray(rows) ? rows.map(fault.by) : rows));
      default:
        return value;
    }
  }, body);
}

/** The first fault of a kind among those that meet a request. */
export const faultOf = <Kind extends Fault["kind"]>(
  faults: readonly Fault[],
  kind: Kind,
): Extract<Fault, { readonly kind: Kind }> | undefined =>
  faults.find((fault): fault is Extract<Fault, { readonly kind: Kind }> => fault.kind === kind);
