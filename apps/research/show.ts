// Floor 6. `research list | show KIND NAME` in a terminal, from the files of HOME/research alone: neither a desk nor a store is opened.
import { formatTime } from "#desk/documents/format.ts";
import type { Style } from "../io.ts";
import type { Call, Done } from "../own-command.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { table } from "../text/table.ts";
import { kindOf, type ResearchList, type ResearchResult, researchList, researchResult } from "./listing.ts";

export async function showList({ options, io }: Call): Promise<Done> {
  const document = await researchList(options.config.home);
  return { document, text: renderList(document, io.style) };
}

export async function showResult({ input: { args }, options, io }: Call): Promise<Done> {
  const document = await researchResult(options.config.home, kindOf(args[0]), args[1] ?? "");
  return { document, text: renderResult(document, io.style) };
}

export function renderList({ results, folder }: ResearchList, style: Style): string {
  if (results.length === 0)
    return `Nothing is saved in ${folder}. Keep a result with --save NAME, as in \`deeptrader backtest --save NAME\`.`;
  return [
    table(results, [
      { title: "saved (UTC)", value: ({ savedAtMs }) => formatTime(savedAtMs) },
      { title: "kind", value: ({ kind }) => kind },
      { title: "name", value: ({ name }) => name },
      {
        title: "result",
        value: ({ headline, problem, simulated }) => problem ?? `${simulated === true ? "SIMULATED " : ""}${headline}`,
      },
    ]),
    style.dim(`in ${folder}; deeptrader research show KIND NAME --json has all of one, the page Research draws it`),
  ].join("\n");
}

export const renderResult = ({ kind, name, savedAtMs, command, result }: ResearchResult, style: Style): string =>
  [
    style.bold(`${kind} ${name}, saved ${formatTime(savedAtMs)} UTC`),
    ...(command === "" ? [] : [`by ${command}`]),
    ...(result["simulated"] === true ? [style.warn(SIMULATED)] : []),
    ...Object.entries(result).flatMap(([key, value]) =>
      typeof value === "object" ? [] : [`${key}: ${String(value)}`],
    ),
    style.dim("--json has all of it; the page Research draws it"),
  ].join("\n");
