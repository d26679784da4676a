// Floor 6. Which documents of the desk the pages read, by command, and what each holds as far as a page looks at it.

import type { Correction } from "#desk/corrections.ts";
import type { ApprovalsList } from "#desk/documents/act-report.ts";
import type { AlertsReport } from "#desk/documents/alerts-report.ts";
import type { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import type { EquityReport } from "#desk/documents/equity-report.ts";
import type { PortfolioView } from "#desk/documents/portfolio-view.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import type { BriefDocument } from "#desk/judgement/brief-document.ts";
import type { PlanView } from "#desk/judgement/plan-history.ts";
import type { AsleepReport } from "#desk/overviews/asleep-report.ts";
import type { MarketReport } from "#desk/overviews/market-report.ts";
import type { MemoryMap } from "#desk/overviews/memory-map.ts";
import type { DebateShown, PlanShown } from "#desk/overviews/shown-judgement.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CondensedLesson, Lesson, LessonList } from "#schemas/lesson.ts";
import type { Order } from "#schemas/order.ts";
import type { Thought } from "#schemas/thought.ts";
import type { ShownThought } from "../text/thought-text.ts";

export interface StatusDocument {
  readonly run: string;
  readonly desk: string;
  readonly venue: string;
  readonly mode: string;
  readonly timeframe: string;
  readonly nowMs: number;
  readonly control: "running" | "paused" | "halted";
  readonly haltFile: string | null;
  readonly quote: string;
  readonly equity: string;
  readonly valueAtOldPrices: string;
  readonly cash: string;
  readonly dayChangePct: number | null;
  readonly drawdownPct: number | null;
  readonly entriesStoppedBy: readonly string[];
  readonly strategies: readonly {
    readonly strategyId: string;
    readonly sharePct: number | null;
    readonly paused: boolean;
    readonly ended: string | null;
    readonly openPositions: number;
  }[];
  readonly openPositions: number;
  readonly maxOpenPositions: number;
  readonly blocked: readonly { readonly what: string; readonly by: string; readonly reason: string }[];
  readonly tightened: readonly { readonly limit: string; readonly value: number; readonly configured: number }[];
  readonly rules: readonly { readonly ruleId: string; readonly words: string; readonly enforced: boolean }[];
  readonly proposals: readonly string[];
  readonly exposurePct: number;
  readonly fresh: number;
  readonly analyses: number;
  readonly lastSleepSlot: number | null;
  readonly lastDecisionSlot: number | null;
}

export interface PositionsDocument extends PortfolioView {
  readonly venue: string;
  readonly orders: readonly Order[];
}

export interface JournalDocument {
  readonly run: string;
  readonly nowMs: number;
  readonly strategies: readonly string[];
  readonly events: readonly (JournalEvent & { readonly seq: number })[];
}

export interface MemoryShowDocument {
  readonly status: "fresh" | "stale" | "missing";
  readonly reason: string | null;
  readonly ageMs: number | null;
  readonly record: AnalysisDocument | null;
  readonly nowMs: number;
}

export interface MemoryHistoryDocument {
  readonly symbol: string;
  readonly strategies: readonly string[];
  readonly records: readonly (AnalysisDocument & { readonly revision: number; readonly invalidated: string | null })[];
  readonly corrections: readonly Correction[];
}

export interface BriefsDocument {
  readonly nowMs: number;
  readonly quarantined: boolean;
  readonly briefs: readonly BriefDocument[];
}

export interface DebatesDocument {
  readonly nowMs: number;
  /** Of the run, those shown among them. */
  readonly recent: number;
  readonly quarantined: boolean;
  readonly debates: readonly DebateShown[];
}

export type PlanOfList = PlanShown & Omit<PlanView, "plan">;

export interface PlansDocument {
  readonly nowMs: number;
  readonly made: number;
  readonly plans: readonly PlanOfList[];
}

/** `text`: as far as it stands up to its facts; null: it does not. */
export type LessonShown = Omit<CondensedLesson, "text"> & { readonly text: string | null };

export interface LessonsDocument {
  readonly nowMs: number;
  readonly versions: readonly { readonly version: number; readonly madeAtMs: number; readonly lessons: number }[];
  readonly condensed: (Omit<LessonList, "lessons"> & { readonly lessons: readonly LessonShown[] }) | null;
  readonly trades: number;
  readonly dated: readonly Lesson[];
}

export interface ThoughtsDocument {
  readonly nowMs: number;
  readonly thoughts: readonly (Pick<
    Thought,
    "atMs" | "question" | "conversation" | "status" | "model" | "modelCalls" | "inputTokens" | "outputTokens"
  > & { readonly id: string; readonly reads: number; readonly leftOut: number })[];
}

export interface Documents {
  readonly status: StatusDocument;
  readonly positions: PositionsDocument;
  readonly journal: JournalDocument;
  readonly equity: EquityReport;
  readonly report: ReportDocument;
  readonly "memory map": MemoryMap;
  readonly "memory show": MemoryShowDocument;
  readonly "memory history": MemoryHistoryDocument;
  readonly alerts: AlertsReport;
  readonly "approvals list": ApprovalsList;
  readonly market: MarketReport;
  readonly asleep: AsleepReport;
  readonly "brief show": BriefsDocument;
  readonly debates: DebatesDocument;
  readonly plans: PlansDocument;
  readonly lessons: LessonsDocument;
  readonly "thoughts list": ThoughtsDocument;
  readonly "thoughts show": ShownThought;
}
