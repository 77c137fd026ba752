// Builds dist/: the loader as one classic script, the pages with their hashed assets. The same sources
// give the same bytes, so that a build can be compared with what is committed.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { minify } from "terser";
import { build } from "vite";
import { declarations } from "./types.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = here("dist");
const target = ["es2022", "chrome105", "firefox104", "safari16"];

/** What all builds share. */
const shared = { configFile: false, publicDir: false, logLevel: "warn" };

/** Once more over what is small already, where every byte is loaded by all customers' visitors: about 2 % less. */
const smaller = {
  name: "smaller",
  async generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle).filter(({ type }) => type === "chunk")) {
      const { code } = await minify(chunk.code, { ecma: 2022, module: true, compress: { passes: 3, unsafe_arrows: true } });
      chunk.code = code;
    }
  },
};

/** What a script that is loaded later is: the words of one language, or a part of the widget or the demo page. */
const kindOf = (module) =>
  /widget\/i18n\//.test(module ?? "") ? "words" : /\/demo\//.test(module ?? "") ? "demo" : "widget";

/** The styles inside the loader's scripts lose the white space that is there for readers. */
const tightStyles = {
  name: "tight-styles",
  transform: (code, id) => (id.endsWith("/loader/style.ts") ? code.replace(/\n\s*/g, "") : null),
};

/** A part of the widget that is fetched later comes with its styles; what Vite fetches them with is five times as large. */
const fetchParts = {
  name: "fetch-parts",
  enforce: "pre",
  load: (id) => (id.endsWith("vite/preload-helper.js") ? `export * from ${JSON.stringify(here("src/widget/fetchpart.ts"))}` : null),
};

rmSync(dist, { recursive: true, force: true });

await build({
  ...shared,
  root: here("src/loader"),
  plugins: [tightStyles, smaller],
  build: {
    target,
    outDir: dist,
    emptyOutDir: false,
    reportCompressedSize: false,
    lib: { entry: here("src/loader/main.ts"), formats: ["iife"], name: "ParleyLoader", fileName: () => "widget.js" },
  },
});

await build({
  ...shared,
  root: here("src"),
  base: "/",
  plugins: [fetchParts, smaller],
  build: {
    target,
    outDir: dist,
    emptyOutDir: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    // A page names what its script imports at once; later parts are few and small.
    modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []) },
    rollupOptions: {
      // Making it smaller takes what it takes.
      checks: { pluginTimings: false },
      input: { widget: here("src/widget/index.html"), demo: here("src/demo/index.html") },
      output: { chunkFileNames: ({ facadeModuleId }) => `assets/${kindOf(facadeModuleId)}-[name]-[hash].js` },
    },
  },
});

// A build of its own, so that it shares no file with the widget, which then would be loaded for it.
await build({
  ...shared,
  root: here("src"),
  base: "/",
  build: {
    target,
    outDir: dist,
    emptyOutDir: false,
    reportCompressedSize: false,
    modulePreload: false,
    rollupOptions: { input: { configurator: here("src/configurator/index.html") } },
  },
});

// The dashboard is a program of its own: React, and a folder of its own for what it loads, so that the
// size of the widget is counted without it.
await build({
  ...shared,
  root: here("src"),
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "react" } },
  build: {
    target,
    outDir: dist,
    emptyOutDir: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    assetsDir: "assets/app",
    modulePreload: { polyfill: false },
    // In kilobytes, not packed: `size.mjs` measures what counts.
    chunkSizeWarningLimit: 1000,
    manifest: "dashboard/manifest.json",
    rollupOptions: {
      input: { dashboard: here("src/dashboard/index.html") },
      // What is always needed comes in two files, not in one for each part that a later page shares:
      // fewer requests, and packed together it is smaller. Other people's code changes less often.
      output: {
        codeSplitting: {
          groups: [
            { name: "vendor", tags: ["$initial"], test: /node_modules/, priority: 2 },
            { name: "desk", tags: ["$initial"], test: (id) => !/\/dashboard\/(main\.tsx|index\.html)/.test(id), priority: 1 },
          ],
        },
      },
      // React's directives for servers mean nothing here.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
});

/** Modules of one file each: the client for chats of one's own making, and the worker for web push. */
for (const { entry, formats, name, file } of [
  { entry: "src/client/index.ts", formats: ["es"], file: "parley-client.js" },
  { entry: "src/push/main.ts", formats: ["iife"], name: "ParleyPush", file: "push-worker.js" },
]) {
  await build({
    ...shared,
    root: here("src"),
    build: {
      target,
      outDir: dist,
      emptyOutDir: false,
      reportCompressedSize: false,
      minify: true,
      lib: { entry: here(entry), formats, name, fileName: () => file },
    },
  });
}
writeFileSync(`${dist}/parley-client.d.ts`, declarations(here("src/client/index.ts")));

// The reference page is somebody else's build, taken as it is.
for (const file of ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"]) {
  cpSync(here(`node_modules/swagger-ui-dist/${file}`), `${dist}/docs/${file}`);
}
for (const file of ["index.html", "docs.js"]) {
  cpSync(here(`src/docs/${file}`), `${dist}/docs/${file}`);
}
