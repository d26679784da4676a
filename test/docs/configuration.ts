// settings.json and the defaults of the schema → what is written from them: the type of the configuration file, and the tables
// of docs/configuration.md. Written by write.ts, compared by configuration.test.ts.
import { parseOptions, valueAt } from "#apps/options.ts";
import { SETTINGS, type Setting } from "#apps/settings.ts";

/** In the order of the page; every other group comes behind. */
const TITLES: Readonly<Record<string, string>> = {
  "": "Prices, strategies and the desk",
  markets: "Markets",
  limits: "Limits of the risk gate",
  costs: "Costs that paper and backtest assume",
  memory: "Memory",
  models: "Models",
  notifications: "Notifications",
  http: "Page and API",
  sources: "Who is asked about coins and tokens",
  news: "News",
  telemetry: "Log and traces",
  thinking: "Thinking ahead",
};

interface FileSetting extends Setting {
  readonly file: string;
}

const isInFile = (setting: Setting): setting is FileSetting => setting.file !== null;
const groupOf = ({ file }: FileSetting): string => (file.includes(".") ? (file.split(".")[0] ?? "") : "");
const GROUPS = Map.groupBy(SETTINGS.filter(isInFile), groupOf);
const { config: DEFAULTS } = parseOptions({}, {});

/** As JavaScript has it: `{ use: "a" }`, without quotes around names. */
export const literal = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/"(\w+)":/g, "$1:")
    .replaceAll(/\[ /g, "[")
    .replaceAll(/ \]/g, "]");

function defaultOf({ key, file }: FileSetting): string {
  if (key === null) return "";
  // The pace of the simulation is no default of replay.
  if (file === "speed") return "60 with sim; else as fast as it goes";
  const value = valueAt(DEFAULTS, key);
  return value === null || (Array.isArray(value) && value.length === 0) ? "" : `\`${literal(value)}\``;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** One table a group. */
export function configurationTables(): string {
  return Object.entries(TITLES)
    .map(([group, title]) => {
      const rows = (GROUPS.get(group) ?? []).map((setting) => {
        const { file, unit = "", example, help, flag, env } = setting;
        const also = flag === undefined ? `\`${env}\`` : `\`${flag.split(" ")[0]}\` \`${env}\``;
        const cells = [`\`${file}\``, help, unit, defaultOf(setting), `\`${literal(example)}\``, also];
        return `| ${cells.map(cell).join(" | ")} |`;
      });
      const head = "| key | what | unit | default | example | flag, variable |\n|---|---|---|---|---|---|";
      return `### ${title}\n\n${head}\n${rows.join("\n")}`;
    })
    .join("\n\n");
}

/** apps/config/config-type.ts */
export function configType(): string {
  const members = [...GROUPS].map(([group, settings]) => {
    if (group === "") return settings.map((setting) => member(setting, setting.file)).join("\n");
    const inner = settings.map((setting) => member(setting, setting.file.slice(group.length + 1)));
    return `/** ${TITLES[group]}. */\nreadonly ${group}?: {\n${inner.join("\n")}\n} | undefined;`;
  });
  return `// Floor 6. The type of deeptrader.config.ts, for editors. Written from settings.json by \`npm run docs\`; do not edit.
import type { z } from "zod";
import type { DeskConfig } from "#schemas/config.ts";

type Values = z.input<typeof DeskConfig>;
type Group<Name extends keyof Values> = NonNullable<Values[Name]>;

/** Every setting of the desk. Relative paths are meant from the file's own folder. */
export interface Config {
${members.join("\n")}
}
`;
}

function member(setting: FileSetting, name: string): string {
  const { help, env, flag } = setting;
  const standard = defaultOf(setting).replaceAll("*/", "*\\/");
  const words = [
    `${help.replaceAll("*/", "*\\/")}.`,
    standard === "" ? "" : `Default: ${standard}.`,
    `${flag === undefined ? "" : `${flag.split(" ")[0]}, `}${env}.`,
  ];
  return `/** ${words.filter(Boolean).join(" ")} */\nreadonly ${name}?: ${typeOf(setting)} | undefined;`;
}

function typeOf({ key, kind }: FileSetting): string {
  if (kind === "amount") return "number | string";
  if (kind === "moment") return "Date | number | string";
  if (kind === "models") return "string | readonly string[]";
  if (kind === "list") return "readonly string[]";
  if (key === null) return "string";
  const [group = "", inner] = key.split(".");
  if (kind === "strategies") return `readonly ${group === "strategies" ? 'Group<"strategies">[number]' : "never"}[]`;
  return inner === undefined ? `Values["${group}"]` : `Group<"${group}">["${inner}"]`;
}
