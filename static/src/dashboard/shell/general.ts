import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useHotkeys } from "../ui/hotkeys.js";
import { places } from "./places.js";

/** The keys that work everywhere. */
export function useGeneralHotkeys({ openPalette, openShortcuts }: { openPalette: () => void; openShortcuts: () => void }): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useHotkeys([
    { keys: "mod+k", label: t("commands"), group: "general", run: openPalette, everywhere: true, quiet: true },
    { keys: "?", label: t("shortcuts"), group: "general", run: openShortcuts },
    ...places.map(({ to, label, key }) => ({
      keys: `g ${key}`,
      label: t("goTo", { place: t(label) }),
      group: "general" as const,
      run: () => void navigate({ to }),
    })),
  ]);
}
