import { DirectionProvider, MantineProvider, useDirection } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { directionOf } from "./i18n/areas.js";
import type { newRouter } from "./router.js";
import { theme, variables } from "./theme/theme.js";

/** Everything that pages stand on: words, colours, what was read from the server. */
export function Grounds({ queries, children }: { queries: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queries}>
      <DirectionProvider initialDirection="ltr" detectDirection>
        <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" env={import.meta.env.MODE === "test" ? "test" : "default"}>
          <Direction />
          <Notifications position="bottom-right" limit={4} />
          {children}
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  );
}

/** Has the parts of Mantine turn around with the language. */
function Direction() {
  const { i18n } = useTranslation();
  const { setDirection } = useDirection();
  const direction = directionOf(i18n.language);
  useEffect(() => setDirection(direction), [direction]);
  return null;
}

/** The dashboard. */
export const App = ({ queries, router }: { queries: QueryClient; router: ReturnType<typeof newRouter> }) => (
  <Grounds queries={queries}>
    <RouterProvider router={router} />
  </Grounds>
);
