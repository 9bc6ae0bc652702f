// Entry of the thread when this package runs from its TypeScript sources. The build has no use for it.
import { createJiti } from "jiti";

await createJiti(import.meta.url).import("./conformance-thread.ts");
