import { useTranslation } from "react-i18next";

/**
 * The words of the channels: what a kind is called, what its fields and addresses are and how
 * to fill them. A kind that the dashboard does not know yet says it in the server's words.
 */
export function useChannelWords(): (key: string, server: string) => string {
  const { t } = useTranslation("channels");
  return (key, server) => t(key as "address", { defaultValue: server });
}
