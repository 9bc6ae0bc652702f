import { join } from "node:path";
import { hasFailed, runProgram } from "./run-program.ts";
import { SetupError } from "./setup-error.ts";

/** What a broker of Kafka 4 needs. */
const oldestJava = 17;

/** The programs of a JDK. */
export interface Java {
  readonly java: string;
  readonly keytool: string;
}

/** The machine's JDK: the one of JAVA_HOME, else the one on the path. Throws when it is missing or too old. */
export async function findJava(env: NodeJS.ProcessEnv): Promise<Java> {
  const home = env["JAVA_HOME"];
  const program = (name: string) => (home ? join(home, "bin", name) : name);
  const java = program("java");
  const result = await runProgram(java, ["-version"]);
  if (hasFailed(result))
    throw new SetupError(
      `there is no usable ${java} on this machine; install a JDK of version ${oldestJava} or newer`,
    );
  const version = Number(/version "(?:1\.)?(\d+)/.exec(result.stderr)?.[1]);
  if (!(version >= oldestJava))
    throw new SetupError(
      `${java} is of version ${version}; install a JDK of version ${oldestJava} or newer, or set JAVA_HOME to one`,
    );
  return { java, keytool: program("keytool") };
}
