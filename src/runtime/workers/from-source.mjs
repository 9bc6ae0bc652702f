// Entry of a worker thread when this package runs from its TypeScript sources. The build has no use for it.
import "jiti/register";

await import("./worker-main.ts");
