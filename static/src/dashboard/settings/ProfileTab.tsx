import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/me.js";
import { FormSection } from "../ui/FormSection.js";

/** One's own name and address. */
export function ProfileTab() {
  const { t } = useTranslation("settings");
  const { user } = useMe();
  return (
    <FormSection title={t("profile")}>
      <TextInput label={t("name")} value={user.name} readOnly />
      <TextInput label={t("email")} value={user.email} readOnly />
    </FormSection>
  );
}
