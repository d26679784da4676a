// Floor 6. The zod schemas of documents → the schemas of the API's description: one for each command, and one for each record that
// several of them hold.
import { z } from "zod";
import { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import { PositionView } from "#desk/documents/portfolio-view.ts";
import { TradesPart } from "#desk/documents/trades-report.ts";
import { Act, Proposal, ProposalEnd } from "#schemas/act.ts";
import { Alert } from "#schemas/alert.ts";
import { BriefScope } from "#schemas/brief.ts";
import { Debate, DebateOutcome } from "#schemas/debate.ts";
import { Decision, Refusal } from "#schemas/decision.ts";
import { Fact } from "#schemas/fact.ts";
import { IndicatorSnapshot, Trend } from "#schemas/indicator.ts";
import { NumberedEvent } from "#schemas/journal.ts";
import { Json } from "#schemas/json.ts";
import { Author, Point } from "#schemas/judgement.ts";
import { Lesson } from "#schemas/lesson.ts";
import { OperatorRule, RuleScope, StandingRule } from "#schemas/operator-rule.ts";
import { Bracket, Fill, Order, OrderSummary } from "#schemas/order.ts";
import { Plan } from "#schemas/plan.ts";
import { ClosedTrade, LossState } from "#schemas/portfolio.ts";
import { Intent } from "#schemas/question.ts";
import { Signal } from "#schemas/reading.ts";
import { SecurityReport } from "#schemas/security.ts";
import { PriceWatch, StandingWatch } from "#schemas/watch.ts";
import { Work } from "#schemas/work.ts";
import type { DeskCommand } from "../command.ts";
import { documentSchemaOf } from "../document-schema.ts";
import { ExchangeWord } from "../text/exchange-word.ts";
import type { JsonSchema } from "./openapi-types.ts";

/** Records that stand in several documents, by the name they have in the description. */
const SHARED = {
  Act,
  Alert,
  Analysis: AnalysisDocument,
  Author,
  Bracket,
  BriefScope,
  ClosedTrade,
  Debate,
  DebateOutcome,
  Decision,
  ExchangeWord,
  Fact,
  Fill,
  IndicatorSnapshot,
  Intent,
  JournalRow: NumberedEvent,
  Json,
  Lesson,
  LossState,
  OperatorRule,
  Order,
  OrderSummary,
  Plan,
  Point,
  Position: PositionView,
  PriceWatch,
  Proposal,
  ProposalEnd,
  Refusal,
  RuleScope,
  SecurityReport,
  Signal,
  StandingRule,
  StandingWatch,
  TradesPart,
  Trend,
  Work,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** `memory list` → `MemoryListDocument` */
export const documentName = (command: string): string =>
  `${command.replace(/(?:^|[ -])([a-z])/g, (_, letter: string) => letter.toUpperCase())}Document`;

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Of every command its document, and of the shared records those that any of them holds. */
export function documentSchemas(commands: readonly DeskCommand[]): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SHARED)) registry.add(schema, { id });
  for (const command of commands) registry.add(documentSchemaOf(command), { id: documentName(command.name) });
  const { schemas } = z.toJSONSchema(registry, {
    io: "output",
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ zodSchema, jsonSchema }) => tidy(zodSchema, jsonSchema),
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema as JsonSchema]),
  );
}

/** What stands in it for a reader's eyes: a member's meaning, then what its kind of value is; members may be added in later versions. */
function tidy(schema: z.core.$ZodType, json: z.core.JSONSchema.BaseSchema): void {
  if (json.additionalProperties === false) delete json.additionalProperties;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  delete json.readOnly;
  const own = z.globalRegistry.get(schema)?.description;
  const parent = schema._zod.parent;
  const kind = parent === undefined ? undefined : z.globalRegistry.get(parent)?.description;
  if (own !== undefined && kind !== undefined && own !== kind) json.description = `${own}; ${kind}`;
}
