// Floor 6. A command as it could be typed again: kept with its result.
import type { CommandInput } from "../command.ts";

/** From `deeptrader` on, arguments first, then flags in their order. */
export function commandLineOf(name: string, { args, flags }: CommandInput): string {
  const words = Object.entries(flags).flatMap(([flag, value]): readonly string[] => {
    if (value === undefined || value === false) return [];
    const written = `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [written];
    return (Array.isArray(value) ? value : [value]).flatMap((each) => [written, quoted(String(each))]);
  });
  return ["deeptrader", name, ...args.map(quoted), ...words].join(" ");
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
