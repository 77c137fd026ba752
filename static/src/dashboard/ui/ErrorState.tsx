import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.js";
import { Icon } from "./Icon.js";
import { CircleAlert } from "./icons.js";
import { useSentence } from "./sentence.js";
import style from "./states.module.css";

/** What stands where something could not be read: why, and a way to try again; or, where nothing is, away from there. */
export function ErrorState({ error, retry }: { error: unknown; retry?: (() => unknown) | undefined }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const missing = error instanceof ApiError && error.code === 404;
  const reference = error instanceof ApiError && error.code >= 500 ? error.requestId : null;
  return (
    <div className={style.state} data-tone="alarm" role="alert">
      <div className={style.art} aria-hidden="true">
        <span className={style.ring} />
        <span className={style.ring} />
        <span className={style.badge}>
          <Icon of={CircleAlert} size={22} />
        </span>
      </div>
      <p className={style.title}>{t("errorTitle")}</p>
      <p className={style.hint}>{sentence(error)}</p>
      {reference ? <p className={style.reference}>{t("errorReference", { id: reference })}</p> : null}
      {retry ? (
        <div className={style.actions}>
          {missing ? (
            <Button variant="default" component={Link} to="/inbox">
              {t("toInbox")}
            </Button>
          ) : (
            <Button variant="default" onClick={() => void retry()}>
              {t("retry")}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}
