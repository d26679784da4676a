// Floor 6. The buttons that stop the desk and let it go on. Each says what it does before it does it.
import { html } from "hono/html";
import { type ActButton, actButton } from "../../act-button.ts";
import type { Documents } from "../../documents.ts";
import type { Asked, Html } from "../../page.ts";

type StatusDocument = Documents["status"];

const PAUSE: ActButton = {
  command: "pause",
  label: "Pause",
  title: "Pause the desk?",
  says: "No strategy enters anything until you resume. Stops, targets and exits go on working.",
  verb: "Pause",
  hasReason: true,
};

const HALT: ActButton = {
  command: "halt",
  label: "Halt",
  title: "Halt the desk?",
  says: "The desk sends nothing at all from now on: no entries, and no exits either. Orders that are at the venue stay there. Only resume undoes it.",
  verb: "Halt everything",
  tone: "danger",
  hasReason: true,
};

const FLATTEN: ActButton = {
  command: "flatten",
  label: "Flatten",
  title: "Sell everything?",
  says: "All that the desk holds is sold at the market, what would buy is canceled, and the desk is paused. What fills late is sold too, until you resume. A halt becomes this pause.",
  verb: "Sell everything",
  tone: "danger",
  hasReason: true,
};

const RESUME: ActButton = {
  command: "resume",
  label: "Resume",
  title: "Resume the desk?",
  says: "Entries are allowed again, within the limits. A halt, a stop after a drawdown and the pauses of single strategies are lifted too.",
  verb: "Resume",
  hasReason: true,
};

export async function controls(asked: Asked): Promise<Html> {
  const status = await asked.read("status");
  const buttons = buttonsOf(status);
  const { strategies } = status;
  return html`<div class="controls">
<p>${stateText(status)}</p>
<div class="buttons">${buttons.map((button) => actButton(asked, button))}</div>
</div>
${strategies.length < 2 ? "" : html`<ul class="strategies">${strategies.map((strategy) => strategyItem(asked, strategy))}</ul>`}
${strategies.map(({ strategyId, ended }) => (ended === null ? "" : html`<p class="problem">${strategyId} has ended: ${ended}</p>`))}`;
}

function buttonsOf({ control, haltFile, entriesStoppedBy, strategies }: StatusDocument): readonly ActButton[] {
  if (control === "halted" || haltFile !== null) return [RESUME, FLATTEN];
  const isHeldBack = control === "paused" || entriesStoppedBy.includes("drawdown") || strategies.some((s) => s.paused);
  return [...(control === "running" ? [PAUSE] : []), ...(isHeldBack ? [RESUME] : []), HALT, FLATTEN];
}

function stateText({ control, haltFile, entriesStoppedBy }: StatusDocument): Html {
  if (control === "halted" || haltFile !== null) {
    return html`<strong class="down">Halted.</strong> The desk sends nothing, not even exits.`;
  }
  if (control === "paused")
    return html`<strong class="warn">Paused.</strong> No entries; stops, targets and exits work.`;
  if (entriesStoppedBy.length > 0) {
    return html`<strong class="warn">No entries</strong> (${entriesStoppedBy.join(", ")}); stops, targets and exits work.`;
  }
  return html`Running. Entries are allowed, within the limits.`;
}

function strategyItem(
  asked: Asked,
  { strategyId, sharePct, paused, openPositions }: StatusDocument["strategies"][number],
): Html {
  const body = { strategy: strategyId };
  const button: ActButton = paused
    ? {
        ...RESUME,
        body,
        title: `Resume ${strategyId}?`,
        says: `${strategyId} may enter again, within the limits. A halt of the desk stays.`,
      }
    : {
        ...PAUSE,
        body,
        title: `Pause ${strategyId}?`,
        says: `${strategyId} enters nothing until you resume it. Its stops, targets and exits go on working.`,
      };
  const share = sharePct === null ? "not configured, only exits" : `${Number(sharePct.toFixed(2))} % of equity`;
  return html`<li><strong>${strategyId}</strong> <span class="dim">${share}, ${openPositions} open${paused ? ", paused" : ""}</span>
${actButton(asked, { ...button, tone: "quiet", isSmall: true })}</li>`;
}
