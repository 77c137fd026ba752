import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { Icon } from "../ui/Icon.js";
import { File, X } from "../ui/icons.js";
import { fileSize } from "../ui/time.js";
import style from "./composer.module.css";
import type { Upload } from "./uploads.js";

/** The files that go with the draft, and those that are on their way up. */
export function DraftFiles({ files, uploads, remove }: { files: Schemas["Attachment"][]; uploads: Upload[]; remove: (id: string) => void }) {
  const { t } = useTranslation("conversation");
  if (files.length + uploads.length === 0) return null;
  return (
    <ul className={style.draftFiles}>
      {files.map(({ id, filename, size }) => (
        <li key={id} className={style.draftFile}>
          <Icon of={File} size={14} />
          <bdi>{filename}</bdi>
          <small>{fileSize(size)}</small>
          <button type="button" onClick={() => remove(id)} aria-label={t("removeFile", { name: filename })}>
            <Icon of={X} size={13} />
          </button>
        </li>
      ))}
      {uploads.map(({ key, name }) => (
        <li key={key} className={style.draftFile} data-busy="true">
          <bdi>{name}</bdi>
          <small role="status">{t("uploading")}</small>
        </li>
      ))}
    </ul>
  );
}
