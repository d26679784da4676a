// Floor 6. `pause`, `resume`, `halt`: no model in the path, journaled. Halt and resume also set and remove HOME/halt, so
// that they hold when store, model and cache are down; the caller does that before anything else.
import { rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { controlRow } from "#desk/acts/kinds/control.ts";
import { namedStrategy } from "#desk/documents/strategy-names.ts";
import { hasSomethingToSend, sendOrders } from "#desk/run-slot/send.ts";
import { OrderSummary } from "#schemas/order.ts";
import { ControlState } from "#schemas/portfolio.ts";
import { UnixMs } from "#schemas/units.ts";
import { type CommandInput, deskCommand } from "../command.ts";
import { errorDocument } from "../error-document.ts";
import { makeHomeFolder } from "../home-folder.ts";
import { haltFile, type OpenDesk } from "../wire.ts";
import { proposable, saidOf } from "./act-command.ts";

const WHAT_HOLDS: Record<ControlState, string> = {
  running: "Entries are allowed again, within the limits.",
  paused: "No entries of any strategy; stops, targets and exits stay. `deeptrader resume` undoes it.",
  halted:
    "The whole desk, every strategy, sends nothing, not even exits; orders at the venue stay. `deeptrader resume` undoes it.",
};

const ControlDocument = z.object({
  action: z.enum(["pause", "resume", "halt"]),
  strategyId: z.string().nullable().describe("null: it acted on the whole desk"),
  control: ControlState.describe("of the desk, after it"),
  paused: z.array(z.string()).readonly().describe("strategies paused by name, after it"),
  by: z.string(),
  reason: z.string(),
  atMs: UnixMs,
  journaled: z.literal(true),
  liftsDrawdown: z.boolean().describe("a resume that has lifted the stop after a drawdown"),
  entriesLeft: z
    .array(OrderSummary)
    .readonly()
    .nullable()
    .describe("of `halt --cancel`: what would buy and has not ended yet; null: nothing was to be canceled"),
  problems: z.array(z.string()).readonly().describe("what went wrong while entries were canceled; it is tried again"),
});
type ControlDocument = Readonly<z.infer<typeof ControlDocument>>;

const controlOf = (action: ControlDocument["action"]) =>
  deskCommand({
    name: action,
    document: ControlDocument,
    exchange: "not-asked",
    // None waits for a slot under way, which may wait for a venue that hangs.
    writes: true,
    execute: async ({ desk }, input, options) => {
      const { flags } = input;
      const said = saidOf(input);
      // Halt knows no strategy.
      const strategyId = action === "halt" ? null : namedStrategy(desk, flags["strategy"]);
      await desk.account.settle(options);
      const { loss } = desk.account.portfolio();
      const liftsDrawdown = action === "resume" && strategyId === null && loss?.drawdownLatched === true;
      const cancelsEntries = action === "halt" && flags["cancel"] === true;
      const row = controlRow(desk, { action, strategyId, cancelsEntries, ...said });
      await desk.account.append([row], options);
      const { problems } = cancelsEntries && hasSomethingToSend(desk) ? await sendOrders(desk, options) : NOTHING_SENT;
      const { control: state, paused, orders } = desk.account.portfolio();
      const buys = [...orders.values()].filter(({ side }) => side === "buy");
      return {
        action,
        strategyId,
        control: state,
        paused: [...paused],
        ...said,
        atMs: row.atMs,
        journaled: true as const,
        liftsDrawdown,
        entriesLeft: cancelsEntries ? buys.map((order) => OrderSummary.parse(order)) : null,
        problems,
      };
    },
    // A slot under way carries the loss meter of before, and journals it: what was lifted is then lifted once more.
    afterSlot: async ({ desk }, input, { liftsDrawdown }, options) => {
      const { control, loss } = desk.account.portfolio();
      if (!liftsDrawdown || control !== "running" || loss?.drawdownLatched !== true) return;
      await desk.account.append([controlRow(desk, { action, strategyId: null, ...saidOf(input) })], options);
    },
    render: controlText,
  });

const NOTHING_SENT = { problems: [] } as const;

function controlText({ action, strategyId, control: state, paused, entriesLeft, problems }: ControlDocument): string {
  if (strategyId === null) return [`${state}: ${WHAT_HOLDS[state]}`, ...leftLines(entriesLeft), ...problems].join("\n");
  const others = paused.filter((id) => id !== strategyId);
  const beside = [
    ...(state === "running" ? [] : [`The desk as a whole is still ${state}.`]),
    ...(others.length === 0 ? [] : [`Paused as well: ${others.join(", ")}.`]),
  ];
  const own =
    action === "pause"
      ? `${strategyId} paused: no entries of it; its stops, targets and exits stay. \`deeptrader resume --strategy ${strategyId}\` undoes it.`
      : `${strategyId} resumed: its entries are allowed again, within the limits.`;
  return [own, ...beside].join(" ");
}

function leftLines(entriesLeft: ControlDocument["entriesLeft"]): readonly string[] {
  if (entriesLeft === null) return [];
  if (entriesLeft.length === 0) return ["Nothing of the desk's buys at the venue."];
  return entriesLeft.map(
    ({ quantity, symbol, status }) =>
      `The entry of ${quantity} ${symbol} is ${status} still: it is asked for, and canceled as soon as the venue takes that.`,
  );
}

/** Halt is never proposed: it is said, and holds. */
const proposableControl = (kind: "pause" | "resume") =>
  proposable(controlOf(kind), ({ desk }, { flags }) => ({ kind, strategyId: namedStrategy(desk, flags["strategy"]) }));

export const controlCommands = [proposableControl("pause"), proposableControl("resume"), controlOf("halt")] as const;

const notCanceled = ({ flags }: CommandInput): readonly string[] =>
  flags["cancel"] === true ? ["Nothing was canceled at the venue: that is done once the journal takes it."] : [];

/** A halt that holds by its file alone. `why`: what kept it out of the journal. */
export const haltedByFile = (
  home: string,
  input: CommandInput,
  why: { readonly name: string; readonly message: string },
) => ({
  document: {
    action: "halt",
    strategyId: null,
    control: "halted",
    ...saidOf(input),
    haltFile: haltFile({ home }),
    journaled: false,
    entriesLeft: null,
    problems: notCanceled(input),
    why,
  },
  text: [`halted: ${WHAT_HOLDS.halted}`, ...notCanceled(input)].join("\n"),
});

/** Before the store is asked: the file alone already halts every desk on this home. */
export async function writeHaltFile(home: string, reason: string): Promise<void> {
  await makeHomeFolder(home);
  await putHaltFile(home, reason);
}

const putHaltFile = (home: string, reason: string): Promise<void> => writeFile(haltFile({ home }), `${reason}\n`);

/**
 * A halt, or a resume of the whole desk, on a running desk: the file first, as from a terminal. A halt holds by it although the
 * journal does not take it.
 */
export async function byFileFirst(
  { desk }: Pick<OpenDesk, "desk">,
  name: string,
  input: CommandInput,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const { home } = desk.config;
  const { flags } = input;
  if (name === "resume" && flags["strategy"] === undefined && flags["propose"] !== true) await removeHaltFile(home);
  if (name !== "halt") return work();
  const isWritten = await putHaltFile(home, saidOf(input).reason).then(
    () => true,
    () => false,
  );
  try {
    return await work();
  } catch (error) {
    if (!isWritten) throw error;
    const { name: kind, message } = errorDocument(error);
    return { ...haltedByFile(home, input, { name: kind, message }).document, simulated: desk.marketData.simulated };
  }
}

/** False where there was none. */
export async function removeHaltFile(home: string): Promise<boolean> {
  try {
    await rm(haltFile({ home }));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
