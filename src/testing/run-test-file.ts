/**
 * Entry of a process that runs one test file, in TypeScript or JavaScript, written for `node:test`: `node run-test-file.js FILE`.
 * Whatever folder the file lies in, `magpie-stream` and `magpie-stream/testing` are these very modules.
 */
import { createJiti } from "jiti";
import * as publicApi from "../index.ts";
import * as testApi from "./index.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("name the test file");
const virtualModules = { "magpie-stream": publicApi, "magpie-stream/testing": testApi };
await createJiti(file, { fsCache: false, virtualModules }).import(file);
