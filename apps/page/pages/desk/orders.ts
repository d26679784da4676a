// Floor 6. Orders that work: at the venue, or journaled and about to be sent.
import { html } from "hono/html";
import { formatAmount } from "#desk/documents/format.ts";
import { marketLink, table } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

export async function orders({ read }: Asked): Promise<Html> {
  const { orders } = await read("positions");
  // Entries and exits under way first; stops and targets rest.
  const isResting = (role: string): boolean => role === "stop-loss" || role === "take-profit";
  const rows = orders.toSorted((a, b) => Number(isResting(a.role)) - Number(isResting(b.role)));
  return html`${table({
    caption: "Orders in flight",
    isCards: true,
    rows,
    idOf: (order) => `order-${order.clientOrderId}`,
    empty: "No order is in flight.",
    columns: [
      { title: "market", cell: ({ symbol }) => marketLink(symbol), isName: true },
      { title: "order", cell: ({ role, side }) => `${role} ${side}` },
      {
        title: "status",
        cell: ({ status, statusReason }) => `${status}${statusReason === "" ? "" : `: ${statusReason}`}`,
      },
      { title: "quantity", cell: ({ quantity }) => quantity, isNumber: true },
      { title: "filled", cell: ({ filledQuantity }) => filledQuantity, isNumber: true },
      {
        title: "at",
        cell: ({ triggerPrice, limitPrice }) => {
          const price = triggerPrice ?? limitPrice;
          return price === null ? "market" : formatAmount(price);
        },
        isNumber: true,
      },
    ],
  })}`;
}
