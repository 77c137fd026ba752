import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { chooseSandbox } from "../session/sandbox.js";
import { Icon } from "../ui/Icon.js";
import { FlaskConical } from "../ui/icons.js";
import { mayLose } from "../ui/unsaved.js";
import style from "./shell.module.css";

/** Says for as long as it is so that nothing here is real. */
export function SandboxBar() {
  const { t } = useTranslation();
  const switchSandbox = useSandboxSwitch();
  return (
    <div className={style.sandbox} role="status">
      <Icon of={FlaskConical} size={14} />
      <span>{t("testModeOn")}</span>
      <button type="button" onClick={() => switchSandbox(false)}>
        {t("leaveTestMode")}
      </button>
    </div>
  );
}

/** Turns test mode on or off: two sets of data, so nothing of the other may stay in sight. */
export function useSandboxSwitch(): (on: boolean) => void {
  const queries = useQueryClient();
  const change = async (on: boolean): Promise<void> => {
    if (!(await mayLose())) return;
    void queries.cancelQueries();
    chooseSandbox(on);
    // Who is logged in stays: the shell stands on it.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
    void queries.invalidateQueries();
  };
  return (on) => void change(on);
}
