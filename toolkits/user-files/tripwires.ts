// Floor 2. What a user's code in this thread touches of the world outside its file: clock, chance, timers, files, network, process,
// and built-ins that it changes. Nothing is forbidden: it is noted where, once a line. Set before the code is imported.
import { registerHooks } from "node:module";
import { BUILT_INS, type BuiltIn, changedBuiltIns } from "./built-ins.ts";
import { UsersCode } from "./users-code.ts";

export const TRIP_KINDS = [
  "clock",
  "time zone",
  "chance",
  "timer",
  "file",
  "network",
  "process",
  "data",
  "internals",
  "built-in",
] as const;
export type TripKind = (typeof TRIP_KINDS)[number];

/** Something that a user's code touched. */
export interface Trip {
  readonly kind: TripKind;
  /** As it is written: `Date.now()`, `import of node:fs`. */
  readonly what: string;
  /** `mine.ts:12`; the file alone where the line is not known. */
  readonly place: string;
}

/** Modules of Node that answer the same wherever and whenever they are asked. */
const PURE_MODULES = [
  "assert",
  "assert/strict",
  "buffer",
  "events",
  "path",
  "path/posix",
  "querystring",
  "string_decoder",
  "url",
  "util",
  "util/types",
];
const MODULE_KINDS: Readonly<Record<string, TripKind>> = {
  fs: "file",
  "fs/promises": "file",
  sqlite: "file",
  crypto: "chance",
  timers: "timer",
  "timers/promises": "timer",
  perf_hooks: "clock",
  http: "network",
  http2: "network",
  https: "network",
  net: "network",
  tls: "network",
  dns: "network",
  "dns/promises": "network",
  dgram: "network",
};
const CODE = /\.[cm]?[jt]sx?$/;

export interface Tripwires {
  /** In the order in which they were touched. */
  trips(): readonly Trip[];
}

/** @param entry absolute path of the file that is imported next; null: rules shipped with the product */
export function setTripwires(entry: string | null): Tripwires {
  const users = new UsersCode(entry);
  const trips = new Map<string, Trip>();
  const note = (kind: TripKind, what: string, place: string): void => {
    trips.set(`${what} ${place}`, { kind, what, place });
  };
  watchImports(users, note);
  const touched = (kind: TripKind, what: string): void => {
    const place = users.caller();
    if (place !== null) note(kind, what, place);
  };
  for (const [path, kind] of CALLS) watchCall(path, kind, touched);
  for (const [path, kind] of READS) watchRead(path, kind, touched);
  for (const name of LOCAL) watchCall(`Date.prototype.${name}`, "time zone", touched, "local");
  watchDate(touched);
  const before: readonly BuiltIn[] = BUILT_INS();
  return {
    trips: () => {
      for (const name of changedBuiltIns(before)) note("built-in", name, users.entry);
      return [...trips.values()];
    },
  };
}

type Touched = (kind: TripKind, what: string) => void;

const CALLS: readonly (readonly [path: string, kind: TripKind])[] = [
  ["performance.now", "clock"],
  ["performance.mark", "clock"],
  ["process.hrtime", "clock"],
  ["process.uptime", "clock"],
  ["process.cpuUsage", "clock"],
  ["process.memoryUsage", "process"],
  ["Temporal.Now.instant", "clock"],
  ["Temporal.Now.plainDateISO", "clock"],
  ["Temporal.Now.plainDateTimeISO", "clock"],
  ["Temporal.Now.plainTimeISO", "clock"],
  ["Temporal.Now.zonedDateTimeISO", "clock"],
  ["Temporal.Now.timeZoneId", "time zone"],
  ["Math.random", "chance"],
  ["Crypto.prototype.getRandomValues", "chance"],
  ["Crypto.prototype.randomUUID", "chance"],
  ["WeakRef", "chance"],
  ["FinalizationRegistry", "chance"],
  ["setTimeout", "timer"],
  ["setInterval", "timer"],
  ["setImmediate", "timer"],
  ["queueMicrotask", "timer"],
  ["process.nextTick", "timer"],
  ["fetch", "network"],
  ["WebSocket", "network"],
  ["EventSource", "network"],
  ["BroadcastChannel", "network"],
  ["process.getBuiltinModule", "process"],
  ["process.binding", "process"],
  ["process.dlopen", "process"],
  ["process.cwd", "process"],
];

/** What the process was started with. */
const OF_PROCESS = ["env", "argv", "pid"];

const READS: readonly (readonly [path: string, kind: TripKind])[] = [
  ...OF_PROCESS.map((name) => [`process.${name}`, "process"] as const),
  ["localStorage", "file"],
  ["sessionStorage", "file"],
];

/** Of the machine's own zone, which is another elsewhere. */
const LOCAL = [
  "getHours",
  "getMinutes",
  "getDay",
  "getDate",
  "getMonth",
  "getFullYear",
  "getTimezoneOffset",
  "toString",
  "toDateString",
  "toTimeString",
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
];

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

/** Null: this Node has no such thing. */
function placeOf(path: string): Place | null {
  const names = path.split(".");
  const name = names.pop() ?? "";
  let holder: unknown = globalThis;
  for (const each of names) {
    if ((typeof holder !== "object" && typeof holder !== "function") || holder === null) return null;
    holder = (holder as Record<string, unknown>)[each];
  }
  if ((typeof holder !== "object" && typeof holder !== "function") || holder === null) return null;
  return { holder: holder as Record<string, unknown>, name };
}

function watchCall(path: string, kind: TripKind, touched: Touched, shown: "path" | "local" = "path"): void {
  const place = placeOf(path);
  const original = place === null ? undefined : descriptorOf(place.holder, place.name)?.value;
  if (place === null || typeof original !== "function") return;
  const what = shown === "local" ? `Date's ${place.name}()` : `${path.replace(".prototype", "")}()`;
  const watched: object = new Proxy(original, {
    apply: (target, self, args) => {
      touched(kind, what);
      return Reflect.apply(target, self, args);
    },
    construct: (target, args, newTarget) => {
      touched(kind, `new ${what}`);
      return Reflect.construct(target, args, newTarget === watched ? target : newTarget);
    },
  });
  Object.defineProperty(place.holder, place.name, { value: watched, writable: true, configurable: true });
}

function watchRead(path: string, kind: TripKind, touched: Touched): void {
  const place = placeOf(path);
  if (place === null) return;
  const { holder, name } = place;
  const descriptor = descriptorOf(holder, name);
  if (descriptor === undefined || descriptor.configurable === false) return;
  let { value } = descriptor;
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: descriptor.enumerable ?? true,
    get: () => {
      touched(kind, path);
      return descriptor.get === undefined ? value : descriptor.get.call(holder);
    },
    set: (given: unknown) => {
      value = given;
    },
  });
}

/** Its own, or that of what it is made of. */
function descriptorOf(holder: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = holder; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A date of numbers is arithmetic; one of nothing is now. */
function watchDate(touched: Touched): void {
  const { Date: Original } = globalThis;
  watchCall("Date.now", "clock", touched);
  const watched: DateConstructor = new Proxy(Original, {
    construct: (target, args, newTarget) => {
      if (args.length === 0) touched("clock", `new ${Original.name}()`);
      return Reflect.construct(target, args, newTarget === watched ? target : newTarget);
    },
    apply: (target, self, args) => {
      touched("clock", "Date()");
      return Reflect.apply(target, self, args);
    },
  });
  Original.prototype.constructor = watched;
  globalThis.Date = watched;
}

function watchImports(users: UsersCode, note: (kind: TripKind, what: string, place: string) => void): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      const { parentURL } = context;
      if (parentURL === undefined || !users.has(parentURL)) return resolved;
      const { url } = resolved;
      const at = (): string => users.lineOf(parentURL, specifier);
      if (url.startsWith("node:")) {
        const name = url.slice("node:".length);
        if (!PURE_MODULES.includes(name)) note(MODULE_KINDS[name] ?? "process", `import of ${url}`, at());
      } else if (specifier === "deeptrader" || specifier.startsWith("deeptrader/")) return resolved;
      else if (users.isOurs(url)) note("internals", `import of ${JSON.stringify(specifier)}`, at());
      else if (url.startsWith("file:") && !CODE.test(url.replace(/[?#].*$/, "")))
        note("data", `import of ${JSON.stringify(specifier)}`, at());
      else users.add(url);
      return resolved;
    },
  });
}
