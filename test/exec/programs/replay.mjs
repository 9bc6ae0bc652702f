// Plays the program's side of a golden conversation: writes its lines, and demands those of the other side. Ends with code 9 otherwise.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

const conversation = readFileSync(process.argv[2], "utf8").trimEnd().split("\n").map(JSON.parse);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (const { from, line } of conversation) {
  if (from === "program") console.log(JSON.stringify(line));
  else {
    const { value } = await lines.next();
    if (value === undefined || !isDeepStrictEqual(JSON.parse(value), line)) {
      console.error(`expected ${JSON.stringify(line)}, got ${value}`);
      process.exit(9);
    }
  }
}
