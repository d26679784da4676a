// Floor 6. What leaves the desk when a command is asked: its own document, and what every document says beside it.
import { z } from "zod";
import type { DeskCommand } from "./command.ts";
import { ExchangeWord } from "./text/exchange-word.ts";

const simulated = z.boolean().describe("true where prices are invented");
const exchange = ExchangeWord.optional().describe(
  "how old what is shown may be; left out where prices come from no exchange",
);

/**
 * The schema of what `--json` prints and of what every other face gives. Made when it is asked for, so that a command that only
 * runs pays nothing for it.
 * @throws TypeError for a document that is neither an object nor one of several
 */
export const documentSchemaOf = (command: Pick<DeskCommand, "name" | "document" | "saysAge">): z.ZodType =>
  told(command.document, command.saysAge === true ? { simulated, exchange } : { simulated }, command.name);

type Beside = Readonly<Record<string, z.ZodType>>;

function told(schema: z.core.$ZodType, beside: Beside, name: string): z.ZodType {
  if (schema instanceof z.ZodReadonly) return told(schema.unwrap(), beside, name);
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map((option) => told(option, beside, name)));
  if (schema instanceof z.ZodObject) return schema.extend(beside);
  throw new TypeError(`The document of \`${name}\` is no object.`);
}
