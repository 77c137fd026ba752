import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.js";

/**
 * Says an error to a person. What the server says of a refused input is the most exact there is, so it is
 * shown as it is; what stands for a whole class of failures is said in the person's language.
 */
export function useSentence(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiError)) return t("errorServer");
      if (error.code === 0) return t("errorUnreachable");
      if (error.code === 403) return t("errorForbidden");
      if (error.code === 429) return t("errorLimited");
      if (error.code >= 500) return t("errorServer");
      if (error.code === 404) return t("errorNotFound");
      return error.message || t("errorServer");
    },
    [t],
  );
}
