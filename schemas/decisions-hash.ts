// Floor 1. A journal → the hash of what was decided and done.
import { createHash } from "node:crypto";
import { decisionRow, fillRow, orderRow, refusalRow } from "./canonical-rows.ts";
import type { JournalEvent } from "./journal.ts";
import { isWorking } from "./order.ts";

/**
 * The lines that `decisionsHash` covers: every decision other than hold, refusal, order list, end of an order and fill, in
 * order. No id of a record, no path, origin or duration, so that equal decisions have equal lines on any home, in any run
 * and under any schema of the records they were made on.
 */
export function canonicalDecisionLine(event: JournalEvent): string | null {
  switch (event.type) {
    case "decision":
      return event.decision.action === "hold" ? null : lineOf(event, decisionRow(event.decision));
    case "refusal":
      return lineOf(event, refusalRow(event.refusal));
    case "order-list":
      return lineOf(event, `[${event.orders.map(orderRow).join(",")}]`);
    case "order":
      return isWorking(event.order) ? null : lineOf(event, orderRow(event.order));
    case "fill":
      return lineOf(event, fillRow(event.fill));
    case "dust":
    case "write-off":
    case "coin-fee":
    case "coins-out":
    case "allotment":
    case "equity":
    case "run-started":
    case "control":
    case "block":
    case "limit":
    case "security-override":
    case "cancel":
    case "proposal":
    case "proposal-ended":
    case "plan":
    case "alert":
    case "alert-delivered":
    case "looked":
    case "debate":
    case "debate-outcome":
    case "quarantine":
    case "learning":
    case "operator-rule":
    case "price-watch":
    case "account-difference":
    case "paper-beside":
      return null;
  }
}

const lineOf = ({ type, atMs }: JournalEvent, said: string): string => `["${type}",${atMs},${said}]`;

/** SHA-256 over the canonical decision journal, one line an event; may be read at any time while it grows. */
export class DecisionsHasher {
  readonly #hash = createHash("sha256");
  /** Not hashed yet: many short texts cost more than one long one. */
  #text = "";
  #lines = 0;

  update(event: JournalEvent): void {
    const line = canonicalDecisionLine(event);
    if (line === null) return;
    this.#text += `${line}\n`;
    this.#lines += 1;
    if (this.#lines >= LINES_AT_ONCE) this.#take();
  }

  /** 64 hex digits over everything so far. */
  digest(): string {
    this.#take();
    return this.#hash.copy().digest("hex");
  }

  #take(): void {
    if (this.#lines > 0) this.#hash.update(this.#text);
    this.#text = "";
    this.#lines = 0;
  }
}

const LINES_AT_ONCE = 64;
