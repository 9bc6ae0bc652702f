/** The dependency directions of ARCHITECTURE.md. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(src|plugins)/", pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, dependencyTypesNot: ["type-only"] },
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-dev-dependency",
      severity: "error",
      from: { path: "^(src|plugins)/", pathNot: "\\.test\\.ts$" },
      // What is also a peer comes from whoever installs the package.
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "core-is-pure",
      comment: "src/core imports typebox and the hashing and byte modules of Node only",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: ["^src/core/", "node_modules/typebox/", "^(node:)?(crypto|buffer)$"] },
    },
    only("plugins-see-core", "^plugins/", ["^src/core/"], "plugins import src/core and npm only"),
    only("model-sees-core", "^src/model/", ["^src/core/"]),
    only("log-sees-core", "^src/log/", ["^src/core/"]),
    only("exec-sees-core", "^src/exec/", ["^src/core/"]),
    only("config-sees-core-log-and-exec", "^src/config/", [
      "^src/core/",
      "^src/log/",
      "^src/exec/",
      "^src/package-root\\.ts$",
    ]),
    only("runtime-sees-core-log-and-exec", "^src/runtime/", ["^src/core/", "^src/log/", "^src/exec/"]),
    only("monitor-sees-the-runtime", "^src/monitor/", ["^src/core/", "^src/log/", "^src/runtime/"]),
    {
      name: "prom-client-in-monitor",
      comment: "the runtime tells an observer what it does; only src/monitor knows how that is counted",
      severity: "error",
      from: { path: "^(src|plugins)/", pathNot: "^src/monitor/" },
      to: { path: "node_modules/prom-client/" },
    },
    {
      name: "plugins-enter-at-the-composition-root",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/builtins\\.ts$"] },
      to: { path: "^plugins/" },
    },
    {
      name: "testing-is-for-tests",
      comment: "only the command that tests plugins uses the test kit",
      severity: "error",
      from: { path: "^(src|plugins)/", pathNot: ["^src/testing/", "^src/cli/"] },
      to: { path: "^src/testing/" },
    },
    {
      name: "kafkajs-in-its-log",
      comment: "src/log/kafka works around the client's faults; nobody else may meet them",
      severity: "error",
      from: { path: "^(src|plugins)/", pathNot: "^src/log/kafka/" },
      to: { path: "node_modules/kafkajs/" },
    },
    {
      name: "rxjs-in-runtime-and-log",
      comment: "RxJS has its jobs in the runtime; logs give the assignments as an Observable",
      severity: "error",
      from: { path: "^(src|plugins)/", pathNot: ["^src/runtime/", "^src/log/"] },
      to: { path: "node_modules/rxjs/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.test\\.ts$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"] },
  },
};
