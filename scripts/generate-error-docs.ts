import { errorCatalogue } from "../src/core/errors.ts";

/** docs/errors.md: every coded error. */
export function generateErrorDocs(): Map<string, string> {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { exit, retriable, summary }]) =>
      `| \`${code}\` | ${exit} | ${retriable ? "yes" : "no"} | ${summary} |`,
  );
  return new Map([["docs/errors.md", `${head}\n${rows.join("\n")}\n`]]);
}

const head = `<!-- Generated from src/core/errors.ts by \`npm run generate\`. -->

# Errors

Every error has a code that does not change. The command line prints \`error CODE: message\` on standard error (with \`--json\`:
\`{"error": {"code", "message"}}\`) and ends with the exit code; in code it is a \`MagpieError\` with \`code\`, \`exit\` and \`retriable\`.
The message says what happened, where, and what to do.

Exit codes: 0 done · 2 bad configuration or usage · 65 some input refused · 69 a service or store cannot be used · 70 an invariant
broke, a bug of ours · 75 temporary, try again · 130 interrupted. *Retriable* errors may pass when the same call is made again.

| code | exit | retriable | meaning |
|---|---|---|---|`;
