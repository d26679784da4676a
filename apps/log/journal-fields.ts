// Floor 6, log. A row of the journal → the line of the log that it makes; null: none. Pure.
import type { JournalEvent } from "#schemas/journal.ts";
import type { LogEvent, LogLevel } from "./open-log.ts";

interface Line {
  readonly name: LogEvent;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly level: LogLevel;
}

/** Texts of the operator and of models stay in the journal: reasons that somebody typed, rules, proposals, debates. */
export function fieldsOfRow(row: Readonly<Record<string, unknown>>): Line | null {
  const event = row as unknown as JournalEvent;
  const line = (name: LogEvent, fields: Line["fields"], level: LogLevel = "info"): Line => ({
    name,
    fields: { ...fields, atMs: event.atMs },
    level,
  });
  switch (event.type) {
    case "decision": {
      const { decisionId, symbol, action, strategyId, strength, path } = event.decision;
      return line("decision", { decisionId, symbol, action, strategy: strategyId, strength, path }, "debug");
    }
    case "refusal": {
      const { decisionId, symbol, action, strategyId, rule } = event.refusal;
      return line("refusal", { decisionId, symbol, action, strategy: strategyId, rule });
    }
    case "order-list": {
      const [first] = event.orders;
      const orders = event.orders.map(({ clientOrderId, role, side, type, quantity, status }) => ({
        clientOrderId,
        role,
        side,
        type,
        quantity,
        status,
      }));
      return line("order", { symbol: first?.symbol, strategy: first?.strategyId, orders });
    }
    case "order": {
      const { clientOrderId, symbol, role, side, quantity, filledQuantity, status, strategyId } = event.order;
      const fields = { clientOrderId, symbol, role, side, quantity, filledQuantity, status, strategy: strategyId };
      return line("order", fields, status === "rejected" || status === "unresolved" ? "warn" : "info");
    }
    case "fill": {
      const { fillId, clientOrderId, symbol, side, role, quantity, price, fee, feeCurrency, strategyId } = event.fill;
      const fields = { fillId, clientOrderId, symbol, side, role, quantity, price, fee, feeCurrency };
      return line("fill", { ...fields, strategy: strategyId });
    }
    case "equity":
      return line("equity", { slot: event.slotMs, equity: event.equity, drawdownPct: event.loss.drawdownPct }, "debug");
    case "alert": {
      const { alertId, kind, symbol } = event.alert;
      return line("alert", { alertId, kind, ...(symbol === null ? {} : { symbol }) }, "warn");
    }
    case "control":
      return line("control", { action: event.action, strategy: event.strategyId }, "warn");
    case "block":
      return line("control", { action: event.blocked ? "block" : "unblock", what: event.what }, "warn");
    case "security-override": {
      const { target, fact, verdict } = event.override;
      return line("control", { action: "security-override", state: event.state, target, fact, verdict }, "warn");
    }
    case "limit":
      return line("control", { action: "limit", limit: event.limit, value: event.value }, "warn");
    case "account-difference": {
      const { key, kind, amount, state } = event;
      return state === "accepted"
        ? line("control", { action: "accept", key, amount }, "warn")
        : line("account-difference", { key, kind, amount, state }, "warn");
    }
    case "coins-out": {
      const { symbol, strategyId, quantity } = event;
      return line("control", { action: "coins-out", symbol, strategy: strategyId, quantity }, "warn");
    }
    case "allotment":
      return line("control", { action: "allot", amount: event.amount }, "warn");
    case "cancel":
      return line("control", { action: "cancel", clientOrderId: event.clientOrderId, symbol: event.symbol }, "warn");
    default:
      return null;
  }
}
