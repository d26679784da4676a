import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readResultFile } from "#apps/research/freqtrade/read-result-file.ts";
import { DataFormatError, UnknownNameError } from "#schemas/errors.ts";
import { emptyFolder } from "#test/support/cli.ts";

// Made by Python's zipfile, the module that freqtrade packs its results with: r.json, deflated, and r_config.json, stored.
const BY_PYTHON =
  "UEsDBBQAAAAIAE4Dfl0ShXboIQAAACUAAAAGAAAAci5qc29uq1YqLilKLElNr1SyUqhW8s9LBdNAsZTUYiAzOra2thYAUEsDBBQAAAAAAE4Dfl3SUsyZDAAAAAwAAAANAAAAcl9jb25maWcuanNvbnsia2V5IjogIngifVBLAQIUAxQAAAAIAE4Dfl0ShXboIQAAACUAAAAGAAAAAAAAAAAAAACAAQAAAAByLmpzb25QSwECFAMUAAAAAABOA35d0lLMmQwAAAAMAAAADQAAAAAAAAAAAAAAgAFFAAAAcl9jb25maWcuanNvblBLBQYAAAAAAgACAG8AAAB8AAAAAAA=";

/** As APPNOTE says, with one file. */
function zipOf(name: string, text: string, change: { method?: number; flags?: number; comment?: string } = {}): Buffer {
  const { method = 8, flags = 0, comment = "" } = change;
  const packed = method === 8 ? deflateRawSync(text) : Buffer.from(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(flags, 8);
  central.writeUInt16LE(method, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end, Buffer.from(comment)]);
}

async function read(bytes: Buffer | string): Promise<unknown> {
  await using folder = await emptyFolder();
  const file = join(folder.dir, "result");
  await writeFile(file, bytes);
  return await readResultFile(file);
}

describe("the file of a freqtrade result", () => {
  it("is JSON, with freqtrade's NaN and Infinity as no number; in texts they are words", async () => {
    expect(await read('\uFEFF{"a": NaN, "b": [-Infinity, 1], "c": "NaN \\" Infinity"}')).toEqual({
      a: null,
      b: [null, 1],
      c: 'NaN " Infinity',
    });
  });

  it("may be the zip that freqtrade writes, whose configuration is not taken for the result", async () => {
    expect(await read(Buffer.from(BY_PYTHON, "base64"))).toEqual({ strategy: { One: { trades: [] } } });
  });

  it.each([[{}], [{ method: 0 }], [{ comment: "made by hand, PK\u0005" }]])(
    "is found in a zip of %o",
    async (change) => {
      expect(await read(zipOf("backtest-result.json", '{"a": 1}', change))).toEqual({ a: 1 });
    },
  );

  it.each<[string, Buffer | string, RegExp]>([
    ["no JSON", "a,b,c", /not JSON/],
    ["a zip cut off", zipOf("r.json", "{}").subarray(0, 60), /cut off/],
    [
      "a zip whose list lies",
      Buffer.concat([zipOf("r.json", "{}").subarray(0, 38), zipOf("r.json", "{}").subarray(-22)]),
      /damaged/,
    ],
    ["an encrypted zip", zipOf("r.json", "{}", { flags: 1 }), /encrypted/],
    ["a zip of another kind", zipOf("r.json", "{}", { method: 14 }), /method 14/],
    ["a zip without a result", zipOf("r_config.json", "{}"), /holds 0 files/],
  ])("that is %s says so", async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(DataFormatError);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  it("that is not there, or a folder, says so", async () => {
    await using folder = await emptyFolder();
    await expect(readResultFile(join(folder.dir, "none.json"))).rejects.toThrow(UnknownNameError);
    await expect(readResultFile(folder.dir)).rejects.toThrow(/is a folder/);
  });
});
