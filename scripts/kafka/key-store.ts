import { join } from "node:path";
import { hasFailed, runProgram } from "./run-program.ts";
import { SetupError } from "./setup-error.ts";

/** The key the brokers of a cluster show, and the certificate clients trust: made anew for each cluster. */
export const keyStore = {
  // Guards a key that lives as long as a test.
  password: "of-no-worth",
  path: (folder: string) => join(folder, "broker.p12"),
  certificate: (folder: string) => join(folder, "broker.pem"),

  async make(keytool: string, folder: string): Promise<void> {
    const store = ["-keystore", keyStore.path(folder), "-storepass", keyStore.password, "-alias", "broker"];
    const key = ["-storetype", "PKCS12", "-keyalg", "RSA", "-dname", "CN=localhost"];
    const names = ["-ext", "SAN=dns:localhost,ip:127.0.0.1", "-validity", "3650"];
    await keytoolRun(keytool, ["-genkeypair", ...store, ...key, ...names]);
    await keytoolRun(keytool, ["-exportcert", "-rfc", ...store, "-file", keyStore.certificate(folder)]);
  },
};

async function keytoolRun(keytool: string, args: readonly string[]): Promise<void> {
  const result = await runProgram(keytool, args);
  if (!hasFailed(result)) return;
  const why =
    result.kind === "missing" ? "it is not there; a whole JDK is needed, not only a JRE" : result.output;
  throw new SetupError(`${keytool}: ${why}`);
}
