import { type CSSVariablesResolver, createTheme } from "@mantine/core";

/** Ten steps of the accent, for the parts of Mantine that want them. */
const pine = ["#eef8f4", "#dff0ea", "#bfe2d6", "#93cfbb", "#55cbae", "#2ea487", "#15836b", "#0a6a57", "#075444", "#053f33"] as const;

/** What is ours in Mantine: its parts take our type, our round corners, our heights. */
export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 4 },
  colors: { pine: [...pine] },
  autoContrast: true,
  fontFamily: "var(--ui-font)",
  fontFamilyMonospace: "var(--ui-mono)",
  headings: { fontFamily: "var(--ui-font)", fontWeight: "600" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm", variant: "filled" }, vars: () => ({ root: { "--button-height": "2rem", "--button-padding-x": "0.75rem", "--button-fz": "var(--text-sm)" } }) },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 30 } },
    Input: { defaultProps: { size: "sm" } },
    // The page itself never scrolls, so there is nothing to lock, and no style to put into the page for it.
    Modal: { defaultProps: { lockScroll: false, centered: true, overlayProps: { color: "var(--veil)", backgroundOpacity: 1 }, transitionProps: { duration: 120, transition: "fade" } } },
    Drawer: { defaultProps: { lockScroll: false, overlayProps: { color: "var(--veil)", backgroundOpacity: 1 } } },
    Menu: { defaultProps: { hideDetached: false, withInitialFocusPlaceholder: false, shadow: "md", transitionProps: { duration: 80, transition: "fade" }, position: "bottom-start", offset: 4 } },
    Popover: { defaultProps: { hideDetached: false, shadow: "md", transitionProps: { duration: 80 } } },
    Combobox: { defaultProps: { hideDetached: false } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 80 }, withArrow: false } },
    Switch: { defaultProps: { size: "sm" } },
    Checkbox: { defaultProps: { size: "xs" } },
  },
});

const shared = {
  "--mantine-shadow-md": "var(--shade)",
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--faint)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-placeholder": "var(--faint)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-error": "var(--alarm)",
  "--mantine-color-gray-light-color": "var(--soft)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-strong)",
  "--mantine-primary-color-light": "var(--accent-soft)",
  "--mantine-primary-color-contrast": "var(--accent-ink)",
  "--mantine-color-pine-filled": "var(--accent)",
  "--mantine-color-pine-filled-hover": "var(--accent-strong)",
  "--mantine-color-pine-light": "var(--accent-soft)",
  "--mantine-color-pine-light-hover": "var(--accent-soft)",
  "--mantine-color-pine-light-color": "var(--accent)",
  "--mantine-color-red-light": "var(--alarm-soft)",
  "--mantine-color-red-light-hover": "var(--alarm-soft)",
  "--mantine-color-red-light-color": "var(--alarm)",
  "--mantine-color-red-text": "var(--alarm)",
};

/** Points Mantine's variables at ours, which know light and dark by themselves. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
