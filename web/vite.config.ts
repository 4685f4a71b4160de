// Builds into the Python package; `npm run dev` shows the application against a running `accountlens serve`.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./compress.ts";
import { fontAhead } from "./preload.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const built = here("../src/accountlens/surfaces/web/static");

export default defineConfig({
  plugins: [react(), fontAhead(), compressed(built)],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: built,
    emptyOutDir: true,
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0, // the content policy allows no data: scripts or fonts
  },
  server: { proxy: { "/api": process.env.ACCOUNTLENS_API ?? "http://127.0.0.1:8040" } },
  test: { include: ["tests/**/*.test.ts"] },
});
