import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorState } from "../ui/ErrorState.js";

/** What stands in place of a page that broke: the rest of the window goes on. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <main id="content" tabIndex={-1} style={{ height: "100%", outline: "none" }}>
      <ErrorState error={error} retry={retry} />
    </main>
  );
}
