// Floor 2. Units one after the other → what is shown of them. What hangs on a sentence that fell goes with it: sentences that open
// with "this" or "so", lead-ins without an item, the head of an empty table. What is shown is never withdrawn: units before the first
// one with a reference wait for it.

import { deskText, type Fact, type ShownText } from "#schemas/fact.ts";
import {
  type CheckResult,
  type CheckRun,
  type Dropped,
  type Fault,
  type Layer,
  RULE_LAYERS,
  type Rule,
} from "./check-run.ts";
import { factTable } from "./fact-table.ts";
import { folded } from "./fold.ts";
import { isFault, judgeUnit, type Standing } from "./judge-unit.ts";
import { wordLists } from "./lexicon.ts";
import type { Reading } from "./reading.ts";
import type { Unit, UnitType } from "./units.ts";
import { isNumberWord } from "./word-class.ts";

interface Piece {
  readonly gap: Unit["gap"];
  readonly text: string;
  readonly facts: readonly Fact[];
}
/** A lead-in or a table's head that waits for what it leads to. */
interface Waiting {
  readonly sentence: number;
  readonly piece: Piece;
  readonly words: string;
}
type Table =
  | { readonly status: "head"; readonly unit: Unit; readonly sentence: number }
  | { readonly status: "rows"; readonly heads: readonly Reading[] }
  /** A row that is none: no line of dashes below the first, or a head that fell. */
  | { readonly status: "void" };

export interface DraftFold {
  /** What is shown because of these units, with what stands between it and the text before. */
  readonly take: (units: readonly Unit[]) => ShownText;
  readonly end: (isCut: boolean) => { readonly shown: ShownText; readonly result: CheckResult };
}

const DIVIDER = /^\|?(?: *:?-+:? *\|)+(?: *:?-+:?)? *$/;
const GAPS = { space: " ", line: "\n", paragraph: "\n\n" } as const;
const WIDER = { space: 0, line: 1, paragraph: 2 } as const;

/** A value stands there, and no letter of its name. */
const withoutReferences = (text: string): string => text.replaceAll(/\{\{[^{}]*\}\}/g, "0");

/** @param facts those that the model may refer to by now: they may grow while it writes */
export function createDraftFold(run: CheckRun, facts: () => readonly Fact[]): DraftFold {
  const { dependent } = wordLists(run.language);
  const dropped: Dropped[] = [];
  const factIds = new Set<string>();
  let text = "";
  let sentence = 0;
  let lastWord = "";
  let fresh = "";
  /** Shown once a unit with a reference stands. */
  let held: readonly Piece[] = [];
  let leads: readonly Waiting[] = [];
  let leadsTo: UnitType | null = null;
  let head: Waiting | null = null;
  let table: Table | null = null;
  let fallen: Layer | null = null;
  let previous: readonly Fact[] = [];
  let gap: Unit["gap"] = "paragraph";

  function drop(number: number, rule: Rule, layer: Layer, words: string): void {
    dropped.push({ sentence: number, rule, layer, words });
    fallen = layer;
  }
  const dropFor = ({ rule, words }: Fault, number = sentence): void => drop(number, rule, RULE_LAYERS[rule], words);

  function write(piece: Piece): void {
    if (text + fresh !== "") fresh += GAPS[piece.gap];
    fresh += piece.text;
    for (const { id } of piece.facts) factIds.add(id);
  }

  function show(piece: Piece): void {
    held = [...held, piece];
    if (factIds.size === 0 && piece.facts.length === 0) return;
    for (const each of held) write(each);
    held = [];
  }

  /** The widest gap since the last piece: a dropped unit leaves its own behind. */
  function pieceOf(standing: Standing): Piece {
    const piece = { gap, text: standing.text, facts: standing.facts };
    gap = "space";
    return piece;
  }

  function endLeads(): void {
    for (const lead of leads) drop(lead.sentence, "lead-in", fallen ?? "figure", lead.words);
    leads = [];
    leadsTo = null;
  }

  function endTable(): void {
    if (table?.status === "head") drop(table.sentence, "table", "figure", table.unit.text.slice(0, 80));
    if (head !== null) drop(head.sentence, "table-empty", fallen ?? "figure", head.words);
    head = null;
    table = null;
  }

  /** A unit stands: with it what waited for it. */
  function stand(standing: Standing, words: string, isRow: boolean): void {
    fallen = null;
    if (standing.facts.length > 0) previous = standing.facts.toReversed();
    const piece = pieceOf(standing);
    if (standing.isLeadIn && !isRow) {
      leads = [...leads, { sentence, piece, words }];
      return;
    }
    for (const lead of leads) show(lead.piece);
    leads = [];
    leadsTo = null;
    if (isRow && head !== null) show(head.piece);
    if (isRow) head = null;
    show(piece);
  }

  function takeUnit(unit: Unit): void {
    if (WIDER[unit.gap] > WIDER[gap]) gap = unit.gap;
    if (unit.gap === "paragraph") {
      fallen = null;
      previous = [];
    }
    if (leadsTo !== null && unit.type !== leadsTo) endLeads();
    if (table !== null && (unit.type !== "row" || unit.gap === "paragraph")) endTable();
    if (unit.type === "row") takeRow(unit);
    else takeText(unit);
  }

  function takeText(unit: Unit): void {
    // A rule between paragraphs, or a lone mark: nothing to show.
    if (!/[\p{L}\p{N}{]/u.test(unit.text) && unit.type !== "fence" && /^[ -~…–—]*$/.test(unit.text)) return;
    sentence += 1;
    const opening = folded(/\p{L}+/u.exec(unit.text)?.[0] ?? "");
    const broken = isBrokenNumber(unit, opening);
    lastWord = folded(/\p{L}+(?=\P{L}*$)/u.exec(withoutReferences(unit.text).slice(-40))?.[0] ?? "");
    if (broken) {
      fall("spelled-apart", "figure", unit);
      return;
    }
    if (fallen !== null && dependent.has(opening)) {
      fall("dependent", fallen, unit);
      return;
    }
    const judged = judgeUnit(unit.text, unit.type, { run, table: factTable(facts()), previous });
    if (isFault(judged)) fall(judged.rule, RULE_LAYERS[judged.rule], unit, judged.words);
    else stand(judged, unit.text.slice(0, 80), false);
  }

  /** "no" at the end of a line and "venta" on the next. */
  const isBrokenNumber = (unit: Unit, opening: string): boolean =>
    unit.gap === "line" && lastWord !== "" && opening !== "" && isNumberWord(`${lastWord}${opening}`);

  function fall(rule: Rule, layer: Layer, unit: Unit, words = unit.text.slice(0, 80)): void {
    drop(sentence, rule, layer, words);
    if (leads.length === 0) return;
    if (unit.type === "item") leadsTo = "item";
    else endLeads();
  }

  function takeRow(unit: Unit): void {
    if (table === null) {
      sentence += 1;
      table = { status: "head", unit, sentence };
      return;
    }
    if (table.status === "head") {
      if (DIVIDER.test(unit.text)) takeHead(table.unit, table.sentence);
      else {
        dropFor({ rule: "table", words: table.unit.text.slice(0, 80) }, table.sentence);
        table = { status: "void" };
        takeRow(unit);
      }
      return;
    }
    sentence += 1;
    const heads = table.status === "rows" ? table.heads : [];
    const judged: Standing | Fault =
      table.status === "void"
        ? { rule: "table", words: unit.text.slice(0, 80) }
        : judgeUnit(unit.text, "row", { run, table: factTable(facts()), heads });
    if (isFault(judged)) dropFor(judged);
    else if (judged.cells.length !== heads.length) dropFor({ rule: "table", words: unit.text.slice(0, 80) });
    else stand(judged, unit.text, true);
    if (leads.length > 0) leadsTo = "row";
  }

  function takeHead(unit: Unit, number: number): void {
    const judged = judgeUnit(unit.text, "row", { run, table: factTable(facts()) });
    if (isFault(judged)) {
      dropFor(judged, number);
      table = { status: "void" };
      return;
    }
    table = { status: "rows", heads: judged.cells };
    const divider = `|${judged.cells.map(() => "---").join("|")}|`;
    const piece = pieceOf({ ...judged, text: `${judged.text}\n${divider}` });
    gap = "line";
    head = { sentence: number, piece, words: unit.text.slice(0, 80) };
  }

  function flush(): ShownText {
    const shown = deskText(fresh);
    text += fresh;
    fresh = "";
    return shown;
  }

  return {
    take(units) {
      for (const unit of units) takeUnit(unit);
      return flush();
    },
    end(isCut) {
      if (isCut) {
        sentence += 1;
        drop(sentence, "too-long", "figure", "");
      }
      endTable();
      endLeads();
      const shown = flush();
      dropped.sort((a, b) => a.sentence - b.sentence);
      const result: CheckResult =
        text === ""
          ? { status: "nothing-stands", dropped }
          : { status: "stands", text: deskText(text), factIds: [...factIds], dropped };
      return { shown, result };
    },
  };
}
