import { DirectionProvider, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { newQueryClient } from "../../../src/dashboard/api/query.js";

/** What parts stand on, without pages: words, colours, a store, notices. */
export function ground(dir: "ltr" | "rtl" = "ltr") {
  const queries = newQueryClient();
  return ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>
      <DirectionProvider initialDirection={dir} detectDirection={false}>
        <MantineProvider env="test">
          <Notifications />
          {children}
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  );
}

/** Draws a part by itself. */
export const draw = (part: ReactNode, dir?: "ltr" | "rtl") => render(part, { wrapper: ground(dir) });
