// Floor 2. The text of security.json → dated token-security records.
//
// {"records": [{"base": "ABC", "chain": "1", "contract": "0x…", "observedAt": "2018-01-10T00:00:00Z",
//               "validForHours": 720, "record": {"is_honeypot": "0", …}}]}
import { z } from "zod";
import { parseJsonFile, TimeMs } from "./json-file.ts";

/** One answer of a GoPlus-shaped source, with the moment it was given and how long its giver vouches for it. */
export const SecurityRecord = z
  .strictObject({
    /** Base currency as in the folder's file names, for example `ABC` of `ABC-USDT-5m.csv`. */
    base: z.string().min(1),
    /** EVM chain number, or a name such as `solana`. */
    chain: z.string().min(1),
    contract: z.string().min(1),
    /** ISO-8601 or epoch ms; the record is not seen before this moment (law 3). */
    observedAt: TimeMs,
    /** Hours after `observedAt` in which the record counts; 24 where it is left out. */
    validForHours: z.number().positive().optional(),
    /** The fields as the source names them; absent means unknown. */
    record: z.record(z.string(), z.unknown()),
  })
  .transform(({ observedAt, validForHours, ...rest }) => ({
    ...rest,
    observedAtMs: observedAt,
    validForHours: validForHours ?? 24,
  }));
export type SecurityRecord = Readonly<z.infer<typeof SecurityRecord>>;

/** @throws DataFormatError naming file and path. */
export const parseSecurityRecords = (file: string, text: string): readonly SecurityRecord[] =>
  parseJsonFile(file, text, z.strictObject({ records: z.array(SecurityRecord) })).records;
