// Sentences about random facts, in a true and in a false wording: what is true is worked out here, from the drawn values.
import fc from "fast-check";
import { Fact, type FactKind, type ModelText, modelText } from "#schemas/fact.ts";
import { MarketSymbol } from "#schemas/units.ts";
import type { Language } from "#toolkits/fact-check/check-run.ts";

/** Two markets with drawn values: what a sentence may be true or false of. */
interface Values {
  readonly changeA: number;
  readonly changeB: number;
  readonly pnlA: number;
  readonly rsiA: number;
  readonly rsiB: number;
  readonly priceA: number;
  readonly upperA: number;
  readonly lowerA: number;
  readonly exposure: number;
  readonly limit: number;
  readonly verdict: "clear" | "block";
  readonly signal: "enter" | "exit" | "hold";
  readonly trend: "up" | "down" | "sideways";
  readonly isHeldA: boolean;
}

const tenths = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max }).map((n) => n / 10);
const signed = fc.oneof(tenths(1, 200), tenths(-200, -1));
const values: fc.Arbitrary<Values> = fc.record({
  changeA: signed,
  changeB: signed,
  pnlA: signed,
  rsiA: tenths(50, 950),
  rsiB: tenths(50, 950),
  priceA: tenths(9000, 11_000),
  upperA: tenths(10_001, 11_000),
  lowerA: tenths(9000, 9999),
  exposure: tenths(1, 400),
  limit: tenths(100, 300),
  verdict: fc.constantFrom("clear", "block"),
  signal: fc.constantFrom("enter", "exit", "hold"),
  trend: fc.constantFrom("up", "down", "sideways"),
  isHeldA: fc.boolean(),
});

const A = MarketSymbol.parse("ETH/USDT");
const B = MarketSymbol.parse("BTC/USDT");

function factsOf(drawn: Values): readonly Fact[] {
  let id = 0;
  const fact = (
    label: string,
    kind: FactKind,
    value: Fact["value"],
    unit: Fact["unit"],
    market: MarketSymbol | null,
    rest: Partial<Fact> = {},
  ) => {
    id += 1;
    return Fact.parse({ id: `f${id}`, kind, value, unit, market, label, ...rest });
  };
  const hour = { timeframe: "1h" } as const;
  const quoted = { currency: "USDT" };
  return [
    fact("changeA", "change", drawn.changeA, "pct", A, { window: "1d" }),
    fact("changeB", "change", drawn.changeB, "pct", B, { window: "1d" }),
    fact("pnlA", "pnl", String(drawn.pnlA), "money", A, quoted),
    fact("rsiA", "rsi", drawn.rsiA, "index", A, hour),
    fact("rsiB", "rsi", drawn.rsiB, "index", B, hour),
    fact("priceA", "price", drawn.priceA, "price", A, quoted),
    fact("upperA", "band-upper", drawn.upperA, "price", A, { ...hour, ...quoted }),
    fact("lowerA", "band-lower", drawn.lowerA, "price", A, { ...hour, ...quoted }),
    fact("exposure", "exposure", drawn.exposure, "pct", null),
    fact("limit", "limit", drawn.limit, "pct", null),
    fact("verdictA", "verdict", drawn.verdict, "verdict", A),
    fact("signalA", "signal", drawn.signal, "text", A),
    fact("trendA", "trend", drawn.trend, "text", A),
    fact("oversold", "threshold-oversold", 30, "index", null, hour),
    fact("overbought", "threshold-overbought", 70, "index", null, hour),
    fact("qtyA", "quantity", drawn.isHeldA ? "0.5" : "0", "quantity", A, { currency: "ETH" }),
    fact("stopA", "stop", "880", "price", A, quoted),
    fact("targetA", "target", "1200", "price", A, quoted),
    fact("trades", "count-trades", 7, "count", null),
    fact("positions", "count-positions", 2, "count", null),
    fact("drawdown", "drawdown", 1.9, "pct", null),
  ];
}

interface Case {
  readonly name: string;
  /** Per language: how it is said where it is so, and where it is the other way about. `[a|b]` is one of these words. */
  readonly said: Readonly<Record<Language, readonly (readonly [ifTrue: string, ifFalse: string])[]>>;
  readonly isTrue: (drawn: Values) => boolean;
}

const CASES: readonly Case[] = [
  {
    name: "direction of a change",
    isTrue: ({ changeA }) => changeA > 0,
    said: {
      en: [
        [
          "ETH [rose|gained|climbed|is up|advanced|jumped|rallied|increased|surged|went up] {changeA}.",
          "ETH [fell|lost|dropped|is down|declined|slipped|tumbled|decreased|sank|went down] {changeA}.",
        ],
        [
          "ETH [rose|gained|climbed] while the desk slept: {changeA}.",
          "ETH [fell|dropped|declined] while the desk slept: {changeA}.",
        ],
        [
          "With {changeA}, ETH is [up|in the green|higher on the day].",
          "With {changeA}, ETH is [down|in the red|lower on the day].",
        ],
        [
          "ETH [has risen|has gained|has climbed] {changeA} and BTC stands at {changeB}.",
          "ETH [has fallen|has lost|has dropped] {changeA} and BTC stands at {changeB}.",
        ],
      ],
      de: [
        ["ETH [stieg|kletterte|ist gestiegen] um {changeA}.", "ETH [fiel|sank|rutschte|ist gefallen] um {changeA}."],
        ["ETH hat {changeA} [gewonnen|zugelegt].", "ETH hat {changeA} [verloren|nachgegeben|eingebüßt]."],
        ["ETH liegt mit {changeA} im [Plus].", "ETH liegt mit {changeA} im [Minus]."],
      ],
      es: [
        [
          "ETH [subió|ganó|aumentó|avanzó|repuntó] {changeA}.",
          "ETH [cayó|bajó|perdió|descendió|retrocedió] {changeA}.",
        ],
        ["ETH ha [subido|ganado] {changeA}.", "ETH ha [caído|bajado|perdido] {changeA}."],
        ["ETH [sube|gana] {changeA} en el día.", "ETH [cae|baja|pierde] {changeA} en el día."],
      ],
    },
  },
  {
    name: "profit and loss",
    isTrue: ({ pnlA }) => pnlA > 0,
    said: {
      en: [["The ETH result is a [profit|gain] of {pnlA}.", "The ETH result is a [loss] of {pnlA}."]],
      de: [["Bei ETH steht ein [Gewinn] von {pnlA}.", "Bei ETH steht ein [Verlust] von {pnlA}."]],
      es: [["En ETH hay una [ganancia] de {pnlA}.", "En ETH hay una [pérdida] de {pnlA}."]],
    },
  },
  {
    name: "comparison with a band",
    isTrue: ({ priceA, upperA }) => priceA > upperA,
    said: {
      en: [
        [
          "ETH at {priceA} is [above|over|higher than] its upper band at {upperA}.",
          "ETH at {priceA} is [below|under|lower than] its upper band at {upperA}.",
        ],
        ["ETH trades at {priceA}, above its upper band.", "ETH trades at {priceA}, below its upper band."],
      ],
      de: [
        [
          "ETH liegt mit {priceA} [über|oberhalb von] dem oberen Band bei {upperA}.",
          "ETH liegt mit {priceA} [unter|unterhalb von] dem oberen Band bei {upperA}.",
        ],
      ],
      es: [
        [
          "ETH está en {priceA}, por encima de la banda superior, {upperA}.",
          "ETH está en {priceA}, por debajo de la banda superior, {upperA}.",
        ],
      ],
    },
  },
  {
    name: "comparison of two values",
    isTrue: ({ rsiA, rsiB }) => rsiA > rsiB,
    said: {
      en: [
        [
          "The RSI of ETH at {rsiA} is [higher|greater] than the RSI of BTC at {rsiB}.",
          "The RSI of ETH at {rsiA} is [lower|smaller|less] than the RSI of BTC at {rsiB}.",
        ],
      ],
      de: [
        [
          "Der RSI von ETH ist mit {rsiA} [höher|größer] als der RSI von BTC mit {rsiB}.",
          "Der RSI von ETH ist mit {rsiA} [niedriger|kleiner|geringer] als der RSI von BTC mit {rsiB}.",
        ],
      ],
      es: [
        [
          "El RSI de ETH, {rsiA}, es [mayor] que el RSI de BTC, {rsiB}.",
          "El RSI de ETH, {rsiA}, es [menor] que el RSI de BTC, {rsiB}.",
        ],
      ],
    },
  },
  {
    name: "comparison with a limit",
    isTrue: ({ exposure, limit }) => exposure > limit,
    said: {
      en: [
        [
          "Exposure of {exposure} is [above|over] the limit of {limit}.",
          "Exposure of {exposure} is [below|under] the limit of {limit}.",
        ],
        [
          "Exposure of {exposure} is not [below|under] the limit of {limit}.",
          "Exposure of {exposure} is not [above|over] the limit of {limit}.",
        ],
      ],
      de: [
        [
          "Die Auslastung von {exposure} liegt [über] dem Limit von {limit}.",
          "Die Auslastung von {exposure} liegt [unter] dem Limit von {limit}.",
        ],
      ],
      es: [
        [
          "La exposición de {exposure} está por encima del límite de {limit}.",
          "La exposición de {exposure} está por debajo del límite de {limit}.",
        ],
      ],
    },
  },
  {
    name: "oversold",
    isTrue: ({ rsiA }) => rsiA <= 30,
    said: {
      en: [["ETH is oversold with an RSI of {rsiA}.", "ETH is not oversold with an RSI of {rsiA}."]],
      de: [["ETH ist mit einem RSI von {rsiA} überverkauft.", "ETH ist mit einem RSI von {rsiA} nicht überverkauft."]],
      es: [["ETH está sobrevendido con un RSI de {rsiA}.", "ETH no está sobrevendido con un RSI de {rsiA}."]],
    },
  },
  {
    name: "overbought",
    isTrue: ({ rsiA }) => rsiA >= 70,
    said: {
      en: [["ETH is overbought with an RSI of {rsiA}.", "ETH is not overbought with an RSI of {rsiA}."]],
      de: [["ETH ist mit einem RSI von {rsiA} überkauft.", "ETH ist mit einem RSI von {rsiA} nicht überkauft."]],
      es: [["ETH está sobrecomprado con un RSI de {rsiA}.", "ETH no está sobrecomprado con un RSI de {rsiA}."]],
    },
  },
  {
    name: "safe or not",
    isTrue: ({ verdict }) => verdict === "clear",
    said: {
      en: [
        [
          "ETH is safe, the verdict is {verdictA}.",
          "ETH is [unsafe|dangerous|not safe|blocked], the verdict is {verdictA}.",
        ],
      ],
      de: [
        [
          "ETH ist unbedenklich, das Urteil lautet {verdictA}.",
          "ETH ist [gesperrt|gefährlich|nicht unbedenklich], das Urteil lautet {verdictA}.",
        ],
      ],
      es: [
        [
          "ETH es seguro, el veredicto es {verdictA}.",
          "ETH [es peligroso|no es seguro|está bloqueado], el veredicto es {verdictA}.",
        ],
      ],
    },
  },
  {
    name: "side of a signal",
    isTrue: ({ signal }) => signal === "enter",
    said: {
      en: [["There is a buy signal for ETH: {signalA}.", "There is no buy signal for ETH: {signalA}."]],
      de: [["Für ETH gibt es ein Kaufsignal: {signalA}.", "Für ETH gibt es kein Kaufsignal: {signalA}."]],
      es: [["Hay señal de compra en ETH: {signalA}.", "No hay señal de compra en ETH: {signalA}."]],
    },
  },
  {
    name: "trend",
    isTrue: ({ trend }) => trend === "up",
    said: {
      en: [["ETH is in an uptrend, its trend is {trendA}.", "ETH is not in an uptrend, its trend is {trendA}."]],
      de: [
        [
          "ETH ist im Aufwärtstrend, der Trend ist {trendA}.",
          "ETH ist nicht im Aufwärtstrend, der Trend ist {trendA}.",
        ],
      ],
      es: [["ETH está en tendencia alcista: {trendA}.", "ETH no está en tendencia alcista: {trendA}."]],
    },
  },
  {
    name: "rank of two",
    isTrue: ({ changeA, changeB }) => changeA > changeB,
    said: {
      en: [
        [
          "ETH is the [strongest|best] with {changeA}, against {changeB} for BTC.",
          "ETH is the [weakest|worst] with {changeA}, against {changeB} for BTC.",
        ],
      ],
      de: [
        [
          "ETH ist mit {changeA} am [stärksten], bei BTC sind es {changeB}.",
          "ETH ist mit {changeA} am [schwächsten], bei BTC sind es {changeB}.",
        ],
      ],
      es: [
        [
          "ETH es [el mejor] con {changeA}, frente a {changeB} de BTC.",
          "ETH es [el peor] con {changeA}, frente a {changeB} de BTC.",
        ],
      ],
    },
  },
  {
    name: "band against price",
    isTrue: ({ priceA, upperA }) => priceA > upperA,
    said: {
      en: [
        [
          "ETH is [above|over] its upper band ({priceA} against {upperA}).",
          "ETH is [below|under] its upper band ({priceA} against {upperA}).",
        ],
      ],
      de: [
        [
          "ETH liegt über dem oberen Band ({priceA} gegen {upperA}).",
          "ETH liegt unter dem oberen Band ({priceA} gegen {upperA}).",
        ],
      ],
      es: [
        [
          "ETH está por encima de la banda superior ({priceA} frente a {upperA}).",
          "ETH está por debajo de la banda superior ({priceA} frente a {upperA}).",
        ],
      ],
    },
  },
  {
    name: "than a day ago",
    isTrue: ({ changeA }) => changeA > 0,
    said: {
      en: [
        [
          "A day ago ETH was lower, as the change of {changeA} shows.",
          "A day ago ETH was higher, as the change of {changeA} shows.",
        ],
      ],
      de: [
        [
          "Vor einem Tag stand ETH niedriger, die Veränderung ist {changeA}.",
          "Vor einem Tag stand ETH höher, die Veränderung ist {changeA}.",
        ],
      ],
      es: [
        [
          "Hace un día ETH estaba más bajo, el cambio es {changeA}.",
          "Hace un día ETH estaba más alto, el cambio es {changeA}.",
        ],
      ],
    },
  },
  {
    name: "result, by the table",
    isTrue: ({ pnlA }) => pnlA > 0,
    said: {
      en: [["ETH is in profit, its price is {priceA}.", "ETH is [at a loss|under water], its price is {priceA}."]],
      de: [["ETH ist im Gewinn, der Kurs ist {priceA}.", "ETH ist [im Verlust|unter Wasser], der Kurs ist {priceA}."]],
      es: [["ETH gana dinero, el precio es {priceA}.", "ETH pierde dinero, el precio es {priceA}."]],
    },
  },
  {
    name: "oversold, by the table",
    isTrue: ({ rsiA }) => rsiA <= 30,
    said: {
      en: [["ETH is oversold at {priceA}.", "ETH is not oversold at {priceA}."]],
      de: [["ETH ist bei {priceA} überverkauft.", "ETH ist bei {priceA} nicht überverkauft."]],
      es: [["ETH está sobrevendido en {priceA}.", "ETH no está sobrevendido en {priceA}."]],
    },
  },
];

/** Wrong whatever the values: another market, another noun, what did not happen, what nobody holds. */
const ALWAYS_FALSE: Readonly<Record<string, Readonly<Record<Language, readonly string[]>>>> = {
  market: {
    en: [
      "BTC is at {priceA}.",
      "The RSI of BTC is {rsiA}.",
      "The upper band of BTC is {upperA}.",
      "{rsiA} is the RSI for BTC.",
      "ETH and BTC have an RSI of {rsiB} and {rsiA}.",
      "| market | RSI |\n|---|---|\n| BTC | {rsiA} |",
      "| | ETH | BTC |\n|---|---|---|\n| RSI | {rsiB} | {rsiA} |",
    ],
    de: [
      "BTC steht bei {priceA}.",
      "Der RSI von BTC ist {rsiA}.",
      "{rsiA} ist der RSI für BTC.",
      "| Markt | RSI |\n|---|---|\n| BTC | {rsiA} |",
    ],
    es: [
      "BTC está en {priceA}.",
      "El RSI de BTC es {rsiA}.",
      "{rsiA} es el RSI para BTC.",
      "| Mercado | RSI |\n|---|---|\n| BTC | {rsiA} |",
    ],
  },
  "an asset without facts": {
    en: [
      "DOGE is at {priceA}.",
      "ETH is at {priceA}, DOGE too.",
      "Cardano has an RSI of {rsiA}.",
      "The RSI of XRP is {rsiA}.",
      "ETH/BTC is at {priceA}.",
      "SOL is at {priceA}.",
    ],
    de: ["DOGE steht bei {priceA}.", "Der RSI von Cardano ist {rsiA}.", "SOL steht bei {priceA}."],
    es: ["DOGE está en {priceA}.", "El RSI de Cardano es {rsiA}.", "SOL está en {priceA}."],
  },
  "kind of value": {
    en: [
      "ETH trades at a price of {stopA}.",
      "The exposure limit is {oversold}.",
      "ETH traded as low as {upperA}, its stop is {targetA}.",
      "The stop of ETH is {targetA}.",
      "The price of ETH is {rsiA}.",
      "The RSI of ETH is {priceA}.",
      "The target of ETH is {stopA}.",
      "The upper band of ETH is {lowerA}.",
      "Exposure is {limit}.",
      "The drawdown is {exposure}.",
      "There are {trades} positions.",
      "The price of ETH is {stopA}.",
      "Stop and target of ETH are {targetA} and {stopA}.",
      "| market | stop |\n|---|---|\n| ETH | {targetA} |",
    ],
    de: [
      "Der Stop von ETH ist {targetA}.",
      "Der Kurs von ETH ist {rsiA}.",
      "Das Ziel von ETH ist {stopA}.",
      "Das obere Band von ETH liegt bei {lowerA}.",
      "Die Auslastung ist {limit}.",
      "Es sind {trades} Positionen.",
      "| Markt | Stop |\n|---|---|\n| ETH | {targetA} |",
    ],
    es: [
      "El stop de ETH es {targetA}.",
      "El precio de ETH es {rsiA}.",
      "El objetivo de ETH es {stopA}.",
      "La banda superior de ETH es {lowerA}.",
      "La exposición es {limit}.",
      "Hay {trades} posiciones.",
      "| Mercado | Stop |\n|---|---|\n| ETH | {targetA} |",
    ],
  },
  "direction without its fact": {
    en: [
      "ETH made a loss of {limit}.",
      "ETH made gains, its price is {priceA}.",
      "The RSI of ETH rose, its price is {priceA}.",
      "ETH rose to {priceA}.",
      "ETH fell while its RSI is {rsiA}.",
      "ETH gained, BTC is at {changeB}.",
      "BTC fell, and ETH trades at {priceA}.",
    ],
    de: ["ETH hat einen Verlust von {limit} gemacht.", "ETH stieg auf {priceA}.", "ETH fiel, der RSI ist {rsiA}."],
    es: ["ETH tuvo una caída de {limit}.", "ETH subió a {priceA}.", "ETH cayó, el RSI es {rsiA}."],
  },
  held: {
    en: [
      "ETH was not bought, its price is {priceA}.",
      "BTC was bought, its RSI is {rsiB}.",
      "You hold BTC, its RSI is {rsiB}.",
      "Your position in BTC has an RSI of {rsiB}.",
      "BTC is held at an RSI of {rsiB}.",
      "You do not hold ETH, which is at {priceA}.",
      "The desk holds no BTC at {rsiB}.",
    ],
    de: [
      "Das Pult hält BTC bei einem RSI von {rsiB}.",
      "Sie halten BTC, der RSI ist {rsiB}.",
      "ETH wird nicht gehalten, der Kurs ist {priceA}.",
    ],
    es: [
      "Usted tiene BTC con un RSI de {rsiB}.",
      "La mesa mantiene BTC con un RSI de {rsiB}.",
      "No se tiene ETH, el precio es {priceA}.",
    ],
  },
  "what did not happen": {
    en: [
      "ETH was bought at {priceA}.",
      "The stop of ETH was hit at {stopA}.",
      "ETH broke above {upperA}.",
      "ETH was sold at {priceA}.",
      "The order for ETH was filled at {priceA}.",
      "ETH reached its target of {targetA}.",
      "The entry was refused at {priceA} for ETH.",
    ],
    de: [
      "Der Stop von ETH wurde bei {stopA} ausgelöst.",
      "ETH durchbrach {upperA}.",
      "ETH wurde bei {priceA} verkauft.",
      "ETH erreichte das Ziel von {targetA}.",
    ],
    es: ["ETH rompió {upperA}.", "ETH se vendió a {priceA}.", "ETH alcanzó el objetivo de {targetA}."],
  },
  "counts and ranks": {
    en: [
      "ETH is a winning position at {priceA}.",
      "ETH at {priceA} is higher than ever.",
      "ETH trades at {priceA}, higher than ever.",
      "All positions are fine at {priceA}.",
      "No trades were made, ETH is at {priceA}.",
      "ETH is the strongest at {priceA}.",
      "Most markets are like ETH at {priceA}.",
      "ETH has the highest RSI of the list, {rsiA}.",
      "Every position is like ETH at {priceA}.",
    ],
    de: [
      "Alle Positionen sind wie ETH bei {priceA}.",
      "ETH ist am stärksten bei {priceA}.",
      "Keine Orders bei ETH und {priceA}.",
    ],
    es: [
      "Todas las posiciones están como ETH en {priceA}.",
      "ETH es el mejor en {priceA}.",
      "No hubo operaciones, ETH está en {priceA}.",
    ],
  },
  times: {
    en: [
      "A day ago ETH was at {priceA}.",
      "An hour ago ETH was lower, as the change of {changeA} shows.",
      "Yesterday ETH was at {priceA}.",
      "On Monday ETH was at {priceA}.",
      "An hour ago ETH was at {priceA}.",
      "Since March ETH is at {priceA}.",
      "ETH changed by {changeA} in the last hour.",
      "ETH changed by {changeA} over the last week.",
      "The hourly change of ETH is {changeA}.",
    ],
    de: [
      "Gestern um diese Zeit stand ETH bei {priceA}.",
      "Gestern stand ETH bei {priceA}.",
      "Am Montag stand ETH bei {priceA}.",
      "Seit März steht ETH bei {priceA}.",
      "Diese Woche ist die Veränderung von ETH {changeA}.",
    ],
    es: [
      "Hace un día ETH estaba en {priceA}.",
      "Ayer ETH estaba en {priceA}.",
      "El lunes ETH estaba en {priceA}.",
      "Desde marzo ETH está en {priceA}.",
      "Esta semana el cambio de ETH es {changeA}.",
    ],
  },
};

export interface Statement {
  readonly language: Language;
  readonly name: string;
  readonly facts: readonly Fact[];
  readonly draft: ModelText;
  readonly isTrue: boolean;
}

const chosen = (template: string, choice: number): string =>
  template.replaceAll(/\[([^\]]*)\]/g, (_, list: string) => {
    const words = list.split("|");
    return words[choice % words.length] ?? "";
  });
const referenced = (text: string, facts: readonly Fact[]): ModelText =>
  modelText(
    text.replaceAll(/\{(\w+)\}/g, (written, label: string) => {
      const fact = facts.find((each) => each.label === label);
      return fact === undefined ? written : `{{${fact.id}}}`;
    }),
  );

const languages = fc.constantFrom<Language>("en", "de", "es");

/** A wording of a drawn case: true or false of the drawn values. */
export const comparedStatement: fc.Arbitrary<Statement> = fc
  .record({
    drawn: values,
    language: languages,
    which: fc.constantFrom(...CASES),
    pair: fc.nat(),
    side: fc.boolean(),
    choice: fc.nat(),
  })
  .filter(
    ({ drawn, which }) =>
      !(which.name === "comparison with a band" && drawn.priceA === drawn.upperA) &&
      !(which.name === "comparison of two values" && drawn.rsiA === drawn.rsiB) &&
      !(which.name === "comparison with a limit" && drawn.exposure === drawn.limit) &&
      !(which.name === "rank of two" && drawn.changeA === drawn.changeB),
  )
  .map(({ drawn, language, which, pair, side, choice }) => {
    const facts = factsOf(drawn);
    const wordings = which.said[language];
    const [ifTrue, ifFalse] = wordings[pair % wordings.length] ?? ["", ""];
    return {
      language,
      name: which.name,
      facts,
      draft: referenced(chosen(side ? ifTrue : ifFalse, choice), facts),
      isTrue: which.isTrue(drawn) === side,
    };
  });

export const falseStatement: fc.Arbitrary<Statement> = fc
  .record({ drawn: values, language: languages, name: fc.constantFrom(...Object.keys(ALWAYS_FALSE)), which: fc.nat() })
  .map(({ drawn, language, name, which }) => {
    // Held in the table, so that "not held" is wrong.
    const facts = factsOf({ ...drawn, isHeldA: true });
    const wordings = ALWAYS_FALSE[name]?.[language] ?? [];
    return { language, name, facts, draft: referenced(wordings[which % wordings.length] ?? "", facts), isTrue: false };
  });
