// Figures that no reference stands behind, in every disguise that is known, and the drafts that carry them. Some of the words
// are of languages that no list of the check has.
import fc from "fast-check";
import type { ModelText } from "#schemas/fact.ts";
import type { Language } from "#toolkits/fact-check/check-run.ts";
import { draftOf } from "./fact-table.ts";
import { spelledOut } from "./number-words.ts";

/** A sentence with a hole `@` for the figure, and which sentence of the draft it is. */
interface Carrier {
  readonly text: string;
  readonly sentence: number;
}
const one = (text: string): Carrier => ({ text: `${text}\n\nSOL: {{sol.price}}.`, sentence: 1 });
const row = (head: string, line: string): Carrier => ({
  text: `${head}\n|---|---|\n${line}\n\nSOL: {{sol.price}}.`,
  sentence: 2,
});

export const CARRIERS: Readonly<Record<Language, readonly Carrier[]>> = {
  en: [
    one("The RSI of ETH is @ and its price is {{eth.price}}."),
    one("ETH trades at {{eth.price}}, the stop is at @."),
    one("There are @ positions, equity is {{desk.equity}}."),
    one("ETH lost @ in the session and now trades at {{eth.price}}."),
    one("@ is what the desk shows, with ETH at {{eth.price}}."),
    one("The price of ETH is {{eth.price}} (@)."),
    one("The stop of ETH, @, is near its price of {{eth.price}}."),
    one("Cash is @ USDT and equity is {{desk.equity}}."),
    one("ETH is at {{eth.price}}, and that makes @"),
    one("- ETH: @, price {{eth.price}}"),
    one("## ETH @"),
    one("**@** for ETH, with the price at {{eth.price}}."),
    one("After the close we saw @ of it at {{eth.price}}."),
    one("With @ markets and cash at {{desk.cash}} the desk waits."),
    one("Overview of the @:"),
    row("| market | price |", "| ETH {{eth.price}} | @ |"),
    row("| market | price |", "| @ | {{eth.price}} |"),
  ],
  de: [
    one("Der RSI von ETH ist @ und der Kurs ist {{eth.price}}."),
    one("ETH notiert bei {{eth.price}}, der Stop liegt bei @."),
    one("Es sind @ Positionen offen, das Kapital beträgt {{desk.equity}}."),
    one("ETH hat @ verloren und steht nun bei {{eth.price}}."),
    one("@ zeigt das Pult, bei einem Kurs von {{eth.price}} für ETH."),
    one("Der Kurs von ETH ist {{eth.price}} (@)."),
    one("Das Bargeld beträgt @ USDT, das Kapital {{desk.equity}}."),
    one("- ETH: @, Kurs {{eth.price}}"),
    one("## ETH @"),
    one("**@** bei ETH und einem Kurs von {{eth.price}}."),
    row("| Markt | Kurs |", "| ETH {{eth.price}} | @ |"),
  ],
  es: [
    one("El RSI de ETH es @ y el precio es {{eth.price}}."),
    one("ETH cotiza a {{eth.price}}, el stop está en @."),
    one("Hay @ posiciones abiertas, el capital es de {{desk.equity}}."),
    one("ETH ha perdido @ y cotiza ahora a {{eth.price}}."),
    one("@ muestra la mesa, con ETH en {{eth.price}}."),
    one("El precio de ETH es {{eth.price}} (@)."),
    one("El efectivo es de @ USDT y el capital de {{desk.equity}}."),
    one("- ETH: @, precio {{eth.price}}"),
    one("## ETH @"),
    one("**@** en ETH con un precio de {{eth.price}}."),
    row("| Mercado | Precio |", "| ETH {{eth.price}} | @ |"),
  ],
};

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const words = (text: string): fc.Arbitrary<string> => fc.constantFrom(...text.split(" "));
const spaced = (text: string): fc.Arbitrary<string> => fc.constantFrom(...text.split(" · "));

const plain = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 12 }))
  .map(
    ([n, cents, how]) =>
      [
        `${n}`,
        `${n}.${cents}`,
        `${n},${cents}`,
        `${n.toLocaleString("en-US")}`,
        `${cents} %`,
        `−${cents}`,
        `$${n}`,
        `${n}k`,
        `${cents}-${n}`,
        `#${n}`,
        `${n}th`,
        `x${cents}`,
        `1e${cents}`,
      ][how] ?? "",
  );

const SCRIPTS = ["٠", "۰", "०", "০", "０", "𝟎", "𝟘", "𝟬", "๐", "߀"];
const ofScript = fc
  .tuple(pick(...SCRIPTS), fc.integer({ min: 10, max: 9999 }))
  .map(([zero, n]) =>
    [...String(n)].map((digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit))).join(""),
  );
const sign = pick(
  "²⁷",
  "₂₇",
  "②⑦",
  "㉗",
  "½",
  "¾",
  "⅔",
  "Ⅳ",
  "ⅻ",
  "⒊",
  "⑴",
  "❸",
  "➆",
  "三十",
  "二七",
  "㈢",
  "Ⅿ",
  "🄋",
  "７",
  "1️⃣",
  "💯",
  "🕒",
  "🔟",
  "🎲",
  "🥇",
  "㊿",
  "๒๗",
);

const language = (own: Language): fc.Arbitrary<string> =>
  fc.integer({ min: own === "de" ? 2 : 0, max: 99_999 }).map((n) => spelledOut(n, own));
const written = (own: Language): fc.Arbitrary<string> =>
  fc
    .tuple(language(own), fc.integer({ min: 0, max: 5 }))
    .map(
      ([text, how]) =>
        [
          text,
          text.toUpperCase(),
          text.replaceAll("-", " "),
          text.replaceAll(/[- ]/g, ""),
          text.replaceAll(" ", "-"),
          text.charAt(0).toUpperCase() + text.slice(1),
        ][how] ?? "",
    );

const OTHERS: Readonly<Record<Language, fc.Arbitrary<string>>> = {
  en: spaced(
    "third · the fourth · a fifth · ninetieth · half · a half · three quarters · a quarter · two thirds · double · doubled · twice · thrice · threefold · ten-fold · triple · quadrupled · halved · a dozen · dozens · a couple · a pair · a score · ten grand · fifty bucks · six figures · hundreds · in the twenties · a handful · a percent · ten per cent · a single one · both halves · a million · noon · midnight · a decade · a fortnight · five-digit · forty-odd · twentysomething · a quartet · nil · nought · zero · umpteen · at once · a brace · a score · a deuce · an octet · a sextet · a century · myriads · twain · googol · triplets · fivers · a baker's dozen · half as much · a gross",
  ),
  de: spaced(
    "dritte · vierten · ein Drittel · drei Viertel · halb · die Hälfte · doppelt · verdoppelt · dreifach · zweimal · das Dreifache · Vielfaches · ein Dutzend · ein paar · Hunderte · Tausender · dreitägig · zehnprozentig · fünfzigstel · Dreimonatstief · anderthalb · Mitternacht · zig · zwanziger · fuenf · zwoelf · dreissig · eine Million · vervierfacht · halbiert · null · fünfstellig · achtfach · ein Jahrzehnt · zweistellig · hundertmal · ein Quartal · ein Quintett · Zwillinge · eine Dekade · Trillionen · zweierlei · ein Duett · ein Schock · ein Mandel",
  ),
  es: spaced(
    "tercero · la tercera · un tercio · tres cuartos · la mitad · el doble · duplicado · triple · una docena · un par · decenas · centenares · miles · un millón · por ciento · veintiún · dos veces · cuádruple · décimo · un centenar · medio millón · y media · cero · mediodía · una década · un trimestre · veinteavo · quincena · única · un puñado · un cuarto · un quinteto · trillizos · una gruesa · un lustro · un bienio · una cincuentena · una pareja · un siglo",
  ),
};

/** One letter dropped, doubled, changed or swapped; what is then another word of the language is no misspelling. */
export const REAL_WORDS = new Set(
  "cierto seen vente cuento five live give fine fire nine mine line none four tour your hour sour pour foul eight night right light sight weight height fight three there these threw tree seven even sever ten then tend tens one once on none two too to six sin sit fix mix eleven elven twelve thirty thirsty forty fort ninety zero hero third bird half hall halt twenty plenty fifty sixty sixth fifth filth filthy dozen dozes pair air fair hair chair paid pain pairs single singe sing double doubt triple trip score core store sore couple coupe cents cent sent rent tent dos tos dios cinco seis seas dies diez nieve nueve veinte venta treinta cien bien mil mal mi once onces doce dice doble dobles tercio tercer mitad uno un una hora ocho siete cero cera cerro par pare mar drei drang zwei vier viel hier tier bier wir acht achten macht nacht sacht neun neu nein zehn zahn zehn elf elfen eins ein eine einst sechs fünf zwölf halb halt hals hall hundert hunger tausend tausen million minion billion mitte mille milde paar klar haar".split(
    " ",
  ),
);
const misspelt = (own: Language): fc.Arbitrary<string> =>
  fc
    .tuple(
      {
        en: words(
          "three seven eight eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion double percent dozen quarter",
        ),
        de: words(
          "sieben fünfzehn sechzehn achtzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million prozent doppelt dutzend viertel hälfte",
        ),
        es: words(
          "cuatro quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno treinta cuarenta cincuenta sesenta setenta ochenta noventa ciento doscientos quinientos millón docena mitad",
        ),
      }[own],
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 3 }),
      words("a e i o u n r s t x"),
    )
    .map(([word, at, how, letter]) => {
      const place = Math.min(at, word.length - 2);
      const [head, here, next, tail] = [
        word.slice(0, place),
        word[place] ?? "",
        word[place + 1] ?? "",
        word.slice(place + 2),
      ];
      return (
        [
          `${head}${next}${tail}`,
          `${head}${here}${here}${next}${tail}`,
          `${head}${letter}${next}${tail}`,
          `${head}${next}${here}${tail}`,
        ][how] ?? ""
      );
    })
    .filter((word) => !REAL_WORDS.has(word));

const apart = (own: Language): fc.Arbitrary<string> =>
  fc
    .tuple(written(own), pick(" ", "-", ".", " . ", "'", "*", "_", "/", "­", "​", "‌", "⁠", "·"))
    .map(([text, between]) => [...text.replaceAll(/[- ]/g, "").slice(0, 12)].join(between));
const split = (own: Language): fc.Arbitrary<string> =>
  fc
    .tuple(
      {
        en: words("three seven eight eleven twelve twenty thirty hundred thousand"),
        de: words("sieben zwanzig dreißig hundert tausend fünfzig"),
        es: words("cuatro veinte treinta cincuenta quinientos noventa"),
      }[own],
      fc.integer({ min: 2, max: 4 }),
      pick(" ", "-", "**", "__", "*", "​", "­", "<b></b>", "&shy;", "`", "\\", "~~", "'", '"', "()", "/", "👍"),
    )
    .map(([word, at, between]) => `${word.slice(0, at)}${between}${word.slice(at)}`)
    // Both halves are words of the language, and nobody reads a figure.
    .filter((text) => text !== "no venta");

const markup = fc
  .tuple(fc.integer({ min: 2, max: 9999 }), fc.integer({ min: 0, max: 11 }))
  .map(
    ([n, how]) =>
      [
        `\`${n}\``,
        `**${n}**`,
        `[${n}](http://x.y)`,
        `\\${n}`,
        `<b>${n}</b>`,
        `&#${n};`,
        `<!-- -->${n}`,
        `![${n}](a)`,
        `~~${n}~~`,
        `\`\`\`${n}\`\`\``,
        `_${n}_`,
        `[^${n}]`,
      ][how] ?? "",
  );

const beside = (own: Language): fc.Arbitrary<string> =>
  pick(
    ...[
      "1{{eth.rsi}}",
      "{{eth.rsi}}0",
      "{{eth.rsi}}{{btc.rsi}}",
      "{{eth.rsi}} {{eth.rsi}}",
      "{{eth.rsi}}.5",
      "-{{eth.rsi}}",
      "− {{eth.rsi}}",
      "~{{eth.rsi}}",
      "{{eth.rsi}}k",
      "{{eth.rsi}} k",
      "{{eth.rsi}} × {{eth.rsi}}",
      "{{eth.rsi}} * {{eth.rsi}}",
      "{{eth.rsi}} / {{eth.rsi}}",
      "{{eth.rsi}}-{{eth.rsi}}",
      "{{eth.rsi}}–{{eth.rsi}}",
      "{{eth.rsi}}^{{eth.rsi}}",
      "{{eth.rsi}}-fold",
      "{{eth.rsi}}%",
      "{{eth.rsi}} $",
      `$${"{{eth.rsi}}"}`,
      "{{eth.rsi}}e{{eth.rsi}}",
      "{{f99999}}",
      "{{f0}}",
      "{{eth.rsi",
      "{{{eth.rsi}}}",
      "{{eth.rsi|round}}",
      "{{ eth.rsi }}",
      "{{eth.rsi}}°",
      "≥ {{eth.rsi}}",
      "+{{eth.rsi}}",
      "{{eth.rsi}},{{eth.rsi}}",
    ],
    ...{
      en: [
        "{{eth.rsi}} million",
        "{{eth.rsi}} thousand",
        "{{eth.rsi}} percent",
        "half {{eth.rsi}}",
        "double {{eth.rsi}}",
        "twice {{eth.rsi}}",
        "minus {{eth.rsi}}",
        "about {{eth.rsi}}",
        "almost {{eth.rsi}}",
        "up to {{eth.rsi}}",
        "as much as {{eth.rsi}}",
        "{{eth.rsi}} times",
        "{{eth.rsi}} hours",
        "{{eth.rsi}} BTC",
        "roughly {{eth.rsi}}",
        "{{eth.rsi}} dozen",
      ],
      de: [
        "{{eth.rsi}} Millionen",
        "{{eth.rsi}} Prozent",
        "halb {{eth.rsi}}",
        "doppelt {{eth.rsi}}",
        "minus {{eth.rsi}}",
        "etwa {{eth.rsi}}",
        "fast {{eth.rsi}}",
        "bis zu {{eth.rsi}}",
        "rund {{eth.rsi}}",
        "{{eth.rsi}} mal",
        "{{eth.rsi}} Stunden",
        "{{eth.rsi}} BTC",
      ],
      es: [
        "{{eth.rsi}} millones",
        "{{eth.rsi}} por ciento",
        "{{eth.rsi}} mil",
        "menos {{eth.rsi}}",
        "casi {{eth.rsi}}",
        "hasta {{eth.rsi}}",
        "unos {{eth.rsi}}",
        "cerca de {{eth.rsi}}",
        "{{eth.rsi}} veces",
        "{{eth.rsi}} horas",
        "{{eth.rsi}} BTC",
      ],
    }[own],
  );

const roman = pick(
  "II",
  "III",
  "VI",
  "VII",
  "IX",
  "XI",
  "XIV",
  "XXVII",
  "XL",
  "LX",
  "XC",
  "CD",
  "MMXXVI",
  "xiv",
  "xxvii",
  "viii",
  "MDC",
  "LXX",
  "XX",
);
const alike = pick(
  "lO",
  "IO",
  "OO",
  "l,OOO",
  "I.OOO",
  "lOO",
  "IOOO",
  "O",
  "l",
  "I.O",
  "Il",
  "ll",
  "IlO",
  "lO.O",
  "I O O",
);
const tally = pick(
  "|||",
  "||||",
  "•••",
  "///",
  "xxx",
  "xxxx",
  "· · ·",
  "| | |",
  "tick tick tick",
  "up up up up",
  "iii",
  "() () ()",
  "→→→",
  "-----|",
  "aaa",
  "[][][]",
);
const cyrillic = pick(
  "thrее",
  "sеven",
  "twеnty",
  "оne",
  "тwo",
  "fіve",
  "tеn",
  "ʜundred",
  "ｔｈｒｅｅ",
  "𝐭𝐡𝐫𝐞𝐞",
  "ᴛʜʀᴇᴇ",
  "ѕix",
  "νier",
  "drеi",
  "tre̶s",
  "t̲e̲n̲",
);
/** Languages that are not checked; those from Albanian on stand in no list of the check. */
const foreign = spaced(
  "vingt-sept · vingt · quatre-vingts · soixante-dix · quarante · trois · sept · mille · cent · ventisette · quarantadue · venti · sette · cento · trecento · vinte e sete · dezassete · sete · cem · oito · zevenentwintig · twintig · zeven · honderd · tjugosju · tjugo · åtta · hundra · syvogtyve · halvtreds · otte · kaksikymmentä · seitsemän · dwadzieścia siedem · dwadziescia · siedem · dvacet · dvacet sedm · huszonhét · hetven · yirmi yedi · yirmi · sekiz · douăzeci · șapte · dvadtsat · sem · двадцать · είκοσι · nijuu · hachi · ershi · wahid · sepuluh · dua puluh · ishirini · viginti · dudek · naw deg · hogei · vint · fiche" +
    " · njëzet · shtatë · dvidešimt · septyni · divdesmit · septiņi · kakskümmend · seitse · dvadeset · sedamnaest · tuttugu · sjö · ashirin · amashumi · ogún · makumi · sedamdeset · dvajset · devetdeset · tuhat · viisteist · pewar · ugent · jaz · egun · rua tekau · iwa · elua · hamar · ishirin · bokwai · ogbon · tizenhét · kilencvenhat · trideset" +
    " · toru tekau · whitu · ekolu · ehiku · labaatan · soddon · ishumi · arwa · dahat · yigirma · otuz bir · hogeita hamar · seitsemän · jigirma · beshinchi · kolmteist · ûgent · triwyr · pymtheg · hanterkant",
);
const literal: Readonly<Record<Language, fc.Arbitrary<string>>> = {
  en: spaced(
    "RSI 15 · RSI 14.5 · RSI 140 · RSI 14 % · volume of 5m · the last 30 days · 48 hours · 1h · 2INCH · L3 · Layer 5 · Bollinger (20, 3) · 14:00 · 2026-03-01 · 3 March · March 3rd · top 5 · Q3 · H1 · v2 · 24/7 · 5m chart",
  ),
  de: spaced(
    "RSI 15 · RSI 14,5 · 30 Tage · 48 Stunden · 1h · 14:00 Uhr · am 3. März · 01.03.2026 · Top 5 · KW 10 · L3 · 5m-Chart",
  ),
  es: spaced(
    "RSI 15 · RSI 14,5 · 30 días · 48 horas · 1h · las 14:00 · 3 de marzo · 01/03/2026 · top 5 · L3 · gráfico de 5m",
  ),
};

/** Whether an attack was shown: its sentence stands. One that full stops take apart is shown where every part of it is. */
export const isShown = ({ figure, sentence }: Attack, dropped: readonly { readonly sentence: number }[]): boolean =>
  /\. /.test(figure) ? dropped.length === 0 : !dropped.some((each) => each.sentence === sentence);

/** The classes of disguise, by name. */
export const figureClasses = (own: Language): Readonly<Record<string, fc.Arbitrary<string>>> => ({
  digits: plain,
  "digits of other scripts": ofScript,
  "signs and emoji": sign,
  "number words": written(own),
  "ordinals, fractions, multiples, quantities": OTHERS[own],
  "number words of the other two": fc
    .oneof(...(["en", "de", "es"] as const).filter((each) => each !== own).map((each) => language(each)))
    .filter((text) => !/^(?:once|ein|a)$/.test(text)),
  misspelt: misspelt(own),
  "spelled apart": apart(own),
  "split by marks": split(own),
  markup,
  "beside a reference": beside(own),
  roman,
  "look-alikes": alike,
  "other alphabets": cyrillic,
  tallies: tally,
  "other languages": foreign,
  "settings, times and dates": literal[own],
});

export interface Attack {
  readonly language: Language;
  readonly name: string;
  readonly figure: string;
  readonly draft: ModelText;
  /** The sentence that must fall. */
  readonly sentence: number;
}

export const figureAttack: fc.Arbitrary<Attack> = fc.constantFrom<Language>("en", "de", "es").chain((own) => {
  const classes = Object.entries(figureClasses(own));
  return fc
    .tuple(fc.constantFrom(...CARRIERS[own]), fc.integer({ min: 0, max: classes.length - 1 }))
    .chain(([carrier, index]) => {
      const [name, figures] = classes[index] ?? ["", fc.constant("")];
      return figures.map((figure) => ({ language: own, name, figure, ...carried(carrier, figure) }));
    });
});

const carried = ({ text, sentence }: Carrier, figure: string) => ({
  draft: draftOf(text.replace("@", () => figure)),
  sentence,
});
