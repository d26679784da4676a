// Floor 2, live execution. What a venue, or a proxy before it, says may repeat what it was sent: the key goes no further than where it is
// heard, whatever is made of it. It is hidden before a text is cut to its length: what is left of a key is found by no search for it.

/** A shorter one would be found inside other words. */
const LEAST_LETTERS = 4;

/** @param secrets asked for at each text; what is no text, or too short, is none */
export const hidingKeys =
  (secrets: () => readonly unknown[]) =>
  (text: string): string =>
    secrets()
      .filter((secret): secret is string => typeof secret === "string" && secret.length >= LEAST_LETTERS)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      // The longest first, so that no part of one is left where another was hidden.
      .sort((a, b) => b.length - a.length)
      .reduce((rest, form) => rest.replaceAll(form, "[hidden]"), text);
