// Runs a test file when this package runs from its TypeScript sources. The build has no use for it.
import { createJiti } from "jiti";

await createJiti(import.meta.url).import("./run-test-file.ts");
