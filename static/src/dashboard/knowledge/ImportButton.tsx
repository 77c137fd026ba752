import { Button, FileButton, Tooltip } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { Icon } from "../ui/Icon.js";
import { File } from "../ui/icons.js";
import { useNotify } from "../ui/notify.js";

/** Takes articles in from a Markdown or CSV file. */
export function ImportButton() {
  const { t } = useTranslation("knowledge");
  const notify = useNotify();
  // The same file, mended, may be chosen again.
  const reset = useRef<() => void>(null);
  const take = useAct(
    (file: globalThis.File): Promise<Schemas["Imported"]> =>
      answer(
        api.POST("/knowledge/import", {
          body: { file: "" },
          bodySerializer: () => {
            const form = new FormData();
            form.append("file", file);
            return form;
          },
        }),
      ),
    { stale: [keys.articles], then: ({ created, updated, unchanged }) => notify.done(t("imported", { created, updated, unchanged })) },
  );
  return (
    <FileButton resetRef={reset} accept=".md,.markdown,.txt,.csv" onChange={(file) => (file ? take.mutate(file, { onSettled: () => reset.current?.() }) : undefined)}>
      {(props) => (
        <Tooltip label={t("importHint")} multiline w={280}>
          <Button {...props} variant="default" loading={take.isPending} leftSection={<Icon of={File} />}>
            {t("import")}
          </Button>
        </Tooltip>
      )}
    </FileButton>
  );
}
