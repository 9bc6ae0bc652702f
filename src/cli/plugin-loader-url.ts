/** Where worker threads find `loadPlugin`: beside us in the sources (.ts) as in the build (.js). */
export const pluginLoaderUrl = new URL(
  `../config/plugin-loader.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`,
  import.meta.url,
);
