// Law 14 by the compiler: words of a model, unchecked, fit no door; only the fact check makes of them what a person may read. Each
// line that is marked does not compile, and the type check fails where one of them does.
import { expect, it } from "vitest";
import type { AnswerParts } from "#agents/deep-trader-manager/answers/answer-parts.ts";
import type { TalkOptions, TalkOutcome } from "#agents/deep-trader-manager/talk/talk.ts";
import type { AgentEvents } from "#agents/run.ts";
import type { StudioDesk } from "#agents/studio.ts";
import type { CommandOptions } from "#apps/command.ts";
import type { Io } from "#apps/io.ts";
import type { AskOptions } from "#desk/answering/ask-desk.ts";
import type { Alert } from "#schemas/alert.ts";
import { deskText, type Fact, type ModelText, modelText, type ShownText } from "#schemas/fact.ts";
import type { Answer } from "#schemas/question.ts";
import { checkRun } from "#test/support/check-run.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";

/** Where words reach a person. */
interface Doors {
  readonly answer: (answer: Pick<Answer, "answer">) => void;
  readonly parts: (parts: Pick<AnswerParts, "answer">) => void;
  readonly outcome: (outcome: Pick<Extract<TalkOutcome, { status: "answered" }>, "text">) => void;
  readonly talk: NonNullable<TalkOptions["onShown"]>;
  readonly desk: NonNullable<AskOptions["onShown"]>;
  /** The HTTP door and the command line. */
  readonly command: NonNullable<CommandOptions["onShown"]>;
  readonly studio: (text: Awaited<ReturnType<StudioDesk["ask"]>>) => void;
  readonly alert: (alert: Pick<Alert, "text">) => void;
  readonly out: Io["out"];
}

/** Never run: it is for the compiler. */
function refused(doors: Doors, words: ModelText, plain: string): void {
  // @ts-expect-error an answer is no unchecked draft
  doors.answer({ answer: words });
  // @ts-expect-error nor what it is put together from
  doors.parts({ answer: words });
  // @ts-expect-error nor what a talk gives
  doors.outcome({ text: words });
  // @ts-expect-error a plain text has passed no check
  doors.outcome({ text: plain });
  // @ts-expect-error a piece is no unchecked piece
  doors.talk(words);
  // @ts-expect-error nor a plain text
  doors.talk(plain);
  // @ts-expect-error the desk's door
  doors.desk(words);
  // @ts-expect-error the desk's door
  doors.desk(plain);
  // @ts-expect-error the HTTP door and the command line
  doors.command(words);
  // @ts-expect-error the HTTP door and the command line
  doors.command(plain);
  // @ts-expect-error what Studio is told
  doors.studio(words);
  // @ts-expect-error what is pushed
  doors.alert({ text: words });
  // @ts-expect-error what is printed
  doors.out(words);
  // @ts-expect-error the desk's own words are not a model's
  deskText(words);
  // @ts-expect-error what is checked is a model's, and named so where it arrives
  checkDraft(plain, [], checkRun());
}

/** As unchecked as it came. */
const heard = (events: AgentEvents, plain: string): void => {
  // @ts-expect-error what a model says is branded where it is heard
  events.onText(plain);
};

it("the fact check alone makes of a model's words what a door takes", () => {
  expect([refused, heard]).toHaveLength(2);
  const facts: readonly Fact[] = [];
  const result = checkDraft(modelText("BTC will be at 99."), facts, checkRun());
  const shown: ShownText | null = result.status === "stands" ? result.text : null;
  expect(shown).toBeNull();
});
