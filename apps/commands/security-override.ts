// Floor 6. `security override` and `security lift`: the operator's word on a token, beside its sources.
import type { ActOf } from "#schemas/act.ts";
import { UsageError } from "#schemas/errors.ts";
import type { CommandInput } from "../command.ts";
import { actCommand, saidOf } from "./act-command.ts";

const override = actCommand({
  name: "security override",
  check: (input) => void overrideOf(input),
  actOf: (_open, input) => overrideOf(input),
});

const lift = actCommand({
  name: "security lift",
  actOf: (_open, { args, flags }) => ({ kind: "security-lift", target: args[0] ?? "", fact: textIn(flags["fact"]) }),
});

const textIn = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;

/** @throws UsageError */
function overrideOf(input: CommandInput): ActOf<"security-override"> {
  const { args, flags } = input;
  const fact = textIn(flags["fact"]);
  const verdict = textIn(flags["verdict"]);
  const wrong = (was: string, remedy: string) =>
    new UsageError({ was, expected: "`--fact ID` or `--verdict block|unknown`, and `--reason TEXT`", remedy });
  if ((fact === null) === (verdict === null)) {
    throw wrong(
      fact === null ? "It names neither a fact nor a verdict." : "It names a fact and a verdict.",
      "Give one.",
    );
  }
  if (verdict !== null && verdict !== "block" && verdict !== "unknown") {
    throw wrong(`The verdict is ${JSON.stringify(verdict)}.`, "A verdict of yours only bars: block or unknown.");
  }
  if (textIn(flags["reason"]) === null) throw wrong("It was given without --reason.", "Add --reason TEXT.");
  const implementation = textIn(flags["implementation"]);
  const about = { target: args[0] ?? "", fact, implementation };
  return { kind: "security-override", ...about, verdict, why: saidOf(input).reason };
}

export const securityOverrideCommands = [override, lift] as const;
