import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { Icon } from "../ui/Icon.js";
import { File, X } from "../ui/icons.js";
import { fileSize } from "../ui/time.js";
import style from "./composer.module.css";
import { isPicture, usePicture } from "./sources.js";
import type { Upload } from "./uploads.js";

/** The files that go with the draft, and those that are on their way up. */
export function DraftFiles({ files, uploads, remove }: { files: Schemas["Attachment"][]; uploads: Upload[]; remove: (id: string) => void }) {
  const { t } = useTranslation("conversation");
  if (files.length + uploads.length === 0) return null;
  return (
    <ul className={style.draftFiles}>
      {files.map((file) => (
        <li key={file.id} className={style.draftFile}>
          {isPicture(file) ? <Thumb file={file} /> : <Icon of={File} size={14} />}
          <bdi>{file.filename}</bdi>
          <small>{fileSize(file.size)}</small>
          <button type="button" onClick={() => remove(file.id)} aria-label={t("removeFile", { name: file.filename })}>
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

/** A picture in small; its name stands beside it. */
function Thumb({ file }: { file: Schemas["Attachment"] }) {
  const { source, broken, onError } = usePicture(file);
  return broken ? <Icon of={File} size={14} /> : <img src={source} alt="" className={style.thumb} onError={onError} />;
}
