// Floor 6. `ask "QUESTION"`: one question to the manager.
import { UsageError } from "#schemas/errors.ts";
import { Answer } from "#schemas/question.ts";
import { deskCommand } from "../command.ts";
import { answerText } from "../text/answer-text.ts";

export const askCommand = deskCommand({
  name: "ask",
  document: Answer,
  exchange: "when-needed",
  check: ({ args }) => {
    if (args.join("").trim() !== "") return;
    throw new UsageError({
      was: "The question is empty.",
      expected: "a question in words",
      remedy: 'Ask for example "how is BTC?".',
    });
  },
  execute: async (open, { args, flags }, options) => {
    // The manager with its fact check takes longer to load than the commands that look.
    const { askDesk } = await import("#desk/answering/ask-desk.ts");
    const { conversation } = flags;
    const named = typeof conversation === "string" ? { conversation } : {};
    const { signal, onShown } = options;
    return askDesk(open, args.join(" "), { signal, onShown, readOnly: flags["readOnly"] === true, ...named });
  },
  render: answerText,
});
