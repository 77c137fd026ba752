import { useTranslation } from "react-i18next";
import { channels } from "../inbox/filter.js";

/** What the program itself says of a message that it could not hand on; all else is the provider's own. */
const unconfigured = /^The channel (\w+) is not configured$/;
const switchedOff = /^The channel (.+) is switched off$/s;

/** Says why a message was not delivered: in the person's language where the program says it, else in the provider's words. */
export function useFailure(): (reason: string) => string {
  const { t } = useTranslation(["conversation", "inbox"]);
  return (reason) => {
    const channel = channels.find((known) => known === unconfigured.exec(reason)?.[1]);
    if (channel) return t("failedUnconfigured", { channel: t(`inbox:channel_${channel}`) });
    const name = switchedOff.exec(reason)?.[1];
    return name ? t("failedSwitchedOff", { name }) : reason;
  };
}
