// Floor 6. All panels of one market, of one document.
import { html } from "hono/html";
import { panel } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";
import { briefView } from "../thoughts/brief-view.ts";
import { debatePanel } from "../thoughts/debate-view.ts";
import { planView } from "../thoughts/plan-view.ts";
import { readMarket } from "./actions.ts";
import { chart } from "./chart.ts";
import { candlesSaid, levels, position, record, security, traded } from "./parts.ts";

export async function market(asked: Asked): Promise<Html> {
  const report = await readMarket(asked);
  const { timeframe, nowMs, brief, debate, plan } = report;
  return html`<div class="grid">
${panel({ id: "chart", title: `Candles, ${timeframe}`, place: "span-8 wide-8", content: chart(report) })}
<div class="stack loose span-4 wide-4">
${panel({ id: "record", title: "Record", content: record(report) })}
${panel({ id: "levels", title: "At the next close", content: levels(report) })}
</div>
<div class="pair span-6 wide-8">
<div class="stack loose">
${panel({ id: "position", title: "Position and orders", content: position(report) })}
${panel({ id: "traded", title: "Entries and exits", content: traded(report) })}
</div>
<div class="stack loose">
${panel({ id: "security", title: "Token security", content: security(report) })}
${panel({ id: "candles", title: "Holes, doubts and corrections", content: candlesSaid(report) })}
</div>
</div>
<div class="stack loose span-6 wide-4">
${panel({ id: "brief", title: "Brief", content: briefView(brief) })}
${panel({ id: "debate", title: "Newest debate", content: debatePanel(debate, nowMs) })}
${panel({ id: "plan", title: "Plan", content: planView(plan) })}
</div>
</div>`;
}
