import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/Icon.js";
import { WifiOff } from "../ui/icons.js";
import style from "./banner.module.css";
import { useLinkState } from "./LiveProvider.js";

/** A line that comes back at once is not worth a word. */
const patience = 1_500;

/** Says quietly that the line is down, for as long as it is. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const state = useLinkState();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (state === "live") {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [state === "live"]);
  return (
    <div role="status" className={late ? style.banner : "unseen"}>
      {late ? (
        <>
          <Icon of={WifiOff} size={14} />
          <span>{t("offlineBanner")}</span>
        </>
      ) : null}
    </div>
  );
}
