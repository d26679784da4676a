// Floor 6. The page of a browser that the desk does not know yet: a field for a token, and how to come by one.
import { html } from "hono/html";
import { head } from "./layout.ts";

/** By what the address says after a try that did not let the browser in. */
const PROBLEMS: Readonly<Record<string, string>> = {
  code: "That address has been used, or is too old. Run the command again for a new one.",
  token: "The desk does not know that token.",
};

/** @param problem of the last try; undefined: there was none */
export async function loginPage({ problem }: { readonly problem: string | undefined }): Promise<string> {
  const said =
    problem === undefined
      ? null
      : Object.hasOwn(PROBLEMS, problem)
        ? PROBLEMS[problem]
        : "That did not let this browser in.";
  return String(
    await html`<!doctype html>
<html lang="en">
<head>
${head("Sign in · DeepTrader")}
</head>
<body class="login">
<main id="main">
<p class="brand"><img src="/assets/icon.svg" alt="" width="24" height="24">DeepTrader</p>
<h1>Sign in</h1>
<p>Run <code>npx deeptrader page</code> in a terminal on the desk's machine: it prints an address that lets this browser in.
Or enter a token here.</p>
<form method="post" action="/login">
<label for="token">Token</label>
<input id="token" name="token" type="password" required autocomplete="current-password" spellcheck="false" aria-describedby="problem">
<p id="problem" class="problem" role="alert"${said === null ? html` hidden` : ""}>${said ?? ""}</p>
<button>Sign in</button>
</form>
</main>
</body>
</html>`,
  );
}
