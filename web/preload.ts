// The one font file that every page needs is fetched with the page, not after its styles: text stands as it will stay.

import type { Plugin } from "vite";

const FONT = /inter-latin-wght-normal-[\w-]+\.woff2$/;

export function fontAhead(): Plugin {
  return {
    name: "font-ahead",
    transformIndexHtml(_html, context) {
      const font = Object.keys(context.bundle ?? {}).find((name) => FONT.test(name));
      return font ? [{ tag: "link", attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${font}`, crossorigin: true }, injectTo: "head" }] : [];
    },
  };
}
