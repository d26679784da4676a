// Floor 6. Orders that work: at the venue, or journaled and about to be sent.
import { html } from "hono/html";
import { formatAmount } from "#desk/documents/format.ts";
import type { Order } from "#schemas/order.ts";
import { marketLink, table } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

export async function orders({ read }: Asked): Promise<Html> {
  const { orders } = await read("positions");
  const isResting = ({ role }: Order): boolean => role === "stop-loss" || role === "take-profit";
  const resting = orders.filter(isResting);
  return html`${ordersTable(
    "Orders in flight",
    orders.filter((order) => !isResting(order)),
  )}
${
  resting.length === 0
    ? ""
    : html`<details id="orders-resting"><summary>${resting.length} stops and targets of positions</summary>${ordersTable("Stops and targets", resting)}</details>`
}`;
}

const ordersTable = (caption: string, rows: readonly Order[]): Html =>
  table({
    caption,
    rows,
    isCards: true,
    idOf: (order) => `order-${order.clientOrderId}`,
    empty: "No entry or exit is under way.",
    columns: [
      { title: "market", cell: ({ symbol }) => marketLink(symbol), isName: true },
      { title: "order", cell: ({ role, side }) => html`<span class="num">${role} ${side}</span>` },
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
  });
