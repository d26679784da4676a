// Floor 6. `learn list | accept | reject`: what the desk proposes to change about itself, and the operator's word on it.
import { z } from "zod";
import { Judgement, MIN_SAMPLE, Proposal, proposeChanges } from "#agents/learning-coordinator/propose.ts";
import { formatFixed, formatTime } from "#desk/documents/format.ts";
import { ordersOfRun } from "#desk/documents/slippage-report.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { LearnableSetting, LearnedSettings } from "#schemas/learned.ts";
import { toNumber } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Count } from "#schemas/units.ts";
import { deskCommand } from "../command.ts";
import type { Style } from "../io.ts";
import { learnedFile, readLearned, writeLearned } from "../learned-file.ts";
import { table } from "../text/table.ts";
import type { OpenDesk } from "../wire.ts";

/** The part of an open desk that learning needs. */
export type LearningDesk = Pick<OpenDesk, "desk" | "store" | "env">;

const Proposals = z.object({
  proposals: z.array(
    Proposal.extend({
      note: z.string().nullable().describe("what would keep it from taking effect, or did; null: nothing"),
    }),
  ),
  judged: z.array(Judgement.readonly()).readonly().describe("every rule's word, also where it leads to nothing"),
  minSample: Count.describe("with fewer cases nothing is proposed"),
  accepted: LearnedSettings.shape.accepted.describe("what was accepted before, by variable: in learned.json"),
});
type Proposals = z.infer<typeof Proposals>;

const learnList = deskCommand({
  name: "learn list",
  document: Proposals,
  reads: true,
  execute: (open, _input, options) => listProposals(open, options),
  render: (document, style) =>
    [
      ...(document.proposals.length === 0
        ? ["Nothing is proposed."]
        : document.proposals.map((p) => proposalText(p, style))),
      `${style.bold("what was looked at")}\n${judgedTable(document.judged)}\n${style.dim(`Intervals are 95 %; below ${document.minSample} cases nothing is proposed. No rule reads or moves a risk limit.`)}`,
      ...acceptedText(document.accepted),
    ].join("\n\n"),
});

/** @throws ConfigError for a learned.json that cannot be read; what the venue threw */
export async function listProposals(open: LearningDesk, options: CallOptions): Promise<Proposals> {
  const { proposals, judged, learned } = await learnOf(open, options);
  return {
    proposals: proposals.map((proposal) => ({ ...proposal, note: noteOn(proposal, open, learned) })),
    judged,
    minSample: MIN_SAMPLE,
    accepted: learned.accepted,
  };
}

const Verdict = z.enum(["accepted", "rejected"]);
type Verdict = z.infer<typeof Verdict>;

const VerdictDocument = z.object({
  proposalId: z.string(),
  verdict: Verdict,
  setting: LearnableSetting.describe("the variable"),
  from: z.string(),
  to: z.string(),
  file: z.string().describe("where accepted values are kept"),
  note: z.string().nullable().describe("what would keep it from taking effect; null: nothing"),
  repeated: z.boolean().describe("it was said before; the file was made to agree with the journal"),
});
type VerdictDocument = z.infer<typeof VerdictDocument>;

const verdictCommand = (name: string, verdict: Verdict, render: (document: VerdictDocument) => string) =>
  deskCommand({
    name,
    document: VerdictDocument,
    exclusive: true,
    writes: true,
    execute: (open, { args }, options) => decideProposal(open, args[0] ?? "", verdict, options),
    render,
  });

const learnAccept = verdictCommand("learn accept", "accepted", ({ setting, from, to, file, note }) =>
  [
    `${setting}: ${from} → ${to}, kept in ${file}. It takes effect at the next start; a desk that is running keeps its settings.`,
    ...(note === null ? [] : [note]),
    `A backtest opens no home: set it there yourself, with ${setting}=${to}.`,
  ].join("\n"),
);

const learnReject = verdictCommand(
  "learn reject",
  "rejected",
  ({ setting, from, to }) =>
    `${setting} stays ${from}. ${to} is not proposed again on this evidence; what is counted from now on may propose it anew.`,
);

export const learnCommands = [learnList, learnAccept, learnReject] as const;

/**
 * Journal first, then the file: killed between the two, the same command again finds the row and writes the file.
 * @throws UnknownNameError for an id that is neither proposed nor journaled
 */
export async function decideProposal(
  open: LearningDesk,
  proposalId: string,
  verdict: Verdict,
  options: CallOptions,
): Promise<VerdictDocument> {
  const { desk } = open;
  const { home } = desk.config;
  const { proposals, learned, events } = await learnOf(open, options);
  const said = events.findLast((event) => event.type === "learning" && event.proposalId === proposalId);
  const proposal = proposals.find((candidate) => candidate.proposalId === proposalId) ?? saidBefore(said, verdict);
  if (proposal === null) {
    const known = proposals.map((candidate) => candidate.proposalId);
    throw new UnknownNameError({
      was: `There is no proposal ${JSON.stringify(proposalId)} to be ${verdict}.`,
      expected: known.length === 0 ? "a proposal, and there is none now" : `one of ${known.join(", ")}`,
      remedy: "See `deeptrader learn list`; the id of a proposal changes with its evidence.",
    });
  }
  const { setting, from, to } = proposal;
  // Said before: what is in the file is made to agree with the journal.
  const repeated = !("evidence" in proposal);
  if (!repeated) {
    const evidence = JSON.stringify(proposal.evidence);
    const atMs = desk.clock.now();
    await desk.account.append([{ type: "learning", atMs, proposalId, verdict, setting, from, to, evidence }], options);
  }
  const next: LearnedSettings =
    verdict === "accepted"
      ? { ...learned, accepted: { ...learned.accepted, [setting]: to } }
      : { ...learned, rejected: [...new Set([...learned.rejected, proposalId])] };
  await writeLearned(home, next);
  const note = envNote(setting, open);
  return { proposalId, verdict, setting, from, to, file: learnedFile(home), note, repeated };
}

/** A verdict of the journal that its command did not live to write down. */
function saidBefore(event: JournalEvent | undefined, verdict: Verdict) {
  if (event?.type !== "learning" || event.verdict !== verdict) return null;
  const setting = LearnableSetting.safeParse(event.setting);
  return setting.success ? { setting: setting.data, from: event.from, to: event.to } : null;
}

async function learnOf(open: LearningDesk, options: CallOptions) {
  const { desk, store } = open;
  const nowMs = desk.clock.now();
  const learned = await readLearned(desk.config.home);
  const events = (await store.journal(desk.deskId, desk.runId).read({ types: ["learning"] }, options)).map(
    ({ event }) => event,
  );
  const { proposals, judged } = proposeChanges({
    entries: await desk.ledger.entries({}, options),
    vetoes: vetoesOf(open),
    costs: costsOf(open),
    settings: desk.config,
    verdicts: verdictsOf(events),
    nowMs,
    rejected: new Set(learned.rejected),
  });
  return { proposals, judged, learned, events };
}

function verdictsOf(events: readonly JournalEvent[]): ReadonlyMap<LearnableSetting, number> {
  const newest = new Map<LearnableSetting, number>();
  for (const event of events) {
    if (event.type !== "learning") continue;
    const setting = LearnableSetting.safeParse(event.setting);
    if (setting.success) newest.set(setting.data, event.atMs);
  }
  return newest;
}

/** Entries that a debate refused or made smaller, as far as it is known how they would have ended. */
const vetoesOf = ({ desk }: LearningDesk) =>
  desk.debates.settled.flatMap(({ outcome: { met, asOfMs, saved } }) =>
    met === "entered" || saved === null ? [] : [{ atMs: asOfMs, saved: toNumber(saved) }],
  );

/** What orders cost at the venue; a desk on paper has none. A target fills at its price or not at all, and shows nothing. */
const costsOf = ({ desk }: LearningDesk) =>
  ordersOfRun(desk)
    .filter(({ role }) => role !== "take-profit")
    .map(({ atMs, worseThanMidBps: slippageBps, feeBps }) => ({ atMs, slippageBps, feeBps }));

/** What would keep an accepted value from taking effect, or did. */
function noteOn({ setting, from }: Proposal, open: LearningDesk, learned: LearnedSettings): string | null {
  const accepted = learned.accepted[setting];
  if (accepted !== undefined && accepted !== from) {
    return `${accepted} was accepted already and takes effect at the next start.`;
  }
  return envNote(setting, open);
}

const envNote = (setting: LearnableSetting, { env }: Pick<LearningDesk, "env">): string | null =>
  (env[setting] ?? "").trim() === ""
    ? null
    : `${setting} is set in the environment, which goes before what was learned: unset it there.`;

function proposalText(proposal: Proposal & { readonly note: string | null }, style: Style): string {
  const { proposalId, setting, from, to, why, note } = proposal;
  return [
    `${style.bold(proposalId)}  ${setting}`,
    style.bad(`- ${setting}=${from}`),
    style.good(`+ ${setting}=${to}`),
    why,
    `Evidence: ${evidenceText(proposal)}.`,
    ...(note === null ? [] : [style.warn(note)]),
    style.dim(`deeptrader learn accept ${proposalId} · deeptrader learn reject ${proposalId}`),
  ].join("\n");
}

const evidenceText = ({ setting, evidence }: Pick<Judgement, "setting" | "evidence">): string => {
  const { what, n, fromMs, toMs } = evidence;
  return `${what}: ${amount(setting, evidence.figure)} of ${n}, interval ${intervalText(setting, evidence.interval)}, ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
};

const amount = (setting: LearnableSetting, figure: number | null): string => {
  if (figure === null) return "–";
  if (setting === "DEEPTRADER_SLIPPAGE_BPS" || setting === "DEEPTRADER_FEE_BPS") return `${formatFixed(figure, 1)} bps`;
  return setting === "DEEPTRADER_DEBATE_DAY_TOKENS" ? figure.toFixed(2) : `${(figure * 100).toFixed(1)} %`;
};

const intervalText = (setting: LearnableSetting, interval: Judgement["evidence"]["interval"]): string =>
  interval === null ? "–" : `${amount(setting, interval[0])} to ${amount(setting, interval[1])}`;

const OUTCOMES = {
  "too-few": "too few cases",
  "no-change": "no change",
  rejected: "rejected before",
  proposed: "proposed",
} as const satisfies Record<Judgement["outcome"], string>;

const judgedTable = (judged: readonly Judgement[]): string =>
  table(judged, [
    { title: "setting", value: (j) => j.setting },
    { title: "cases", value: (j) => j.evidence.n.toLocaleString("en-US"), align: "right" },
    { title: "figure", value: (j) => amount(j.setting, j.evidence.figure), align: "right" },
    { title: "interval", value: (j) => intervalText(j.setting, j.evidence.interval), align: "right" },
    { title: "", value: (j) => OUTCOMES[j.outcome] },
    { title: "counted", value: (j) => j.evidence.what },
  ]);

function acceptedText(accepted: LearnedSettings["accepted"]): readonly string[] {
  const lines = Object.entries(accepted).map(([setting, value]) => `${setting}=${value}`);
  return lines.length === 0 ? [] : [`Accepted before: ${lines.join(", ")}.`];
}
