// The look of the application in Mantine's words; colours live in tokens.css, for both themes.

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const iris: MantineColorsTuple = [
  "#eef0ff", "#dfe2ff", "#bfc5ff", "#a1a9fb", "#8189f3", "#656ce9", "#4f54dc", "#4338ca", "#372fa6", "#2b2680",
];

// The dark of Mantine's own parts, in the hue of ours: text, borders, surfaces, from light to dark.
const dark: MantineColorsTuple = [
  "#e9ecf3", "#b9c0ce", "#929bad", "#6b7486", "#3a4354", "#242b38", "#171d28", "#12161e", "#0c0f15", "#090b10",
];

/** What lies over a page: on the colour of cards, the page behind still to be seen. */
export const LAYER = {
  overlayProps: { backgroundOpacity: 0.35 },
  closeButtonProps: { "aria-label": "Close" },
  attributes: { header: { role: "presentation" } }, // no second banner
  styles: { content: { background: "var(--surface)" }, header: { background: "var(--surface)" }, title: { fontWeight: 600 } },
};

export const theme = createTheme({
  primaryColor: "iris",
  primaryShade: { light: 7, dark: 6 },
  colors: { iris, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'JetBrains Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: "620" },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Tooltip: { defaultProps: { openDelay: 250, withArrow: false, multiline: true, events: { hover: true, focus: true, touch: true } } },
    Drawer: { defaultProps: LAYER },
    Modal: { defaultProps: LAYER },
    Select: { defaultProps: { size: "sm", allowDeselect: false, checkIconPosition: "right" } },
    TextInput: { defaultProps: { size: "sm" } },
    Button: { defaultProps: { size: "sm" } },
  },
});

/** Mantine's own colours, taken from ours, so that both change together. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--page)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--ink-3)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-placeholder": "var(--ink-3)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-error": "var(--bad)",
  };
  return { variables: {}, light: shared, dark: shared };
};
