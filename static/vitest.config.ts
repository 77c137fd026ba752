import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The machine may be slow and busy: what is waited for in a test has a minute, and comes several times.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Nothing else runs beside the tests: no processor is left free.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "visitor",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/dashboard/**"],
          // The core must run without a DOM; tests of the loader and the views ask for one by a comment.
          environment: "node",
        },
      },
      {
        extends: true,
        // The widget is Preact, the dashboard React.
        oxc: { jsx: { runtime: "automatic", importSource: "react" } },
        test: {
          name: "dashboard",
          include: ["test/dashboard/**/*.test.{ts,tsx}"],
          environment: "happy-dom",
          environmentOptions: { happyDOM: { width: 1440, height: 900 } },
          setupFiles: ["test/dashboard/fake/browser.ts"],
        },
      },
    ],
  },
});
