import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // The core must run without a DOM; tests of the loader and the views ask for one by a comment.
    environment: "node",
    testTimeout: 30_000,
  },
});
