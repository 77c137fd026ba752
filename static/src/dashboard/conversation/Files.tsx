import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { useSandbox } from "../session/sandbox.js";
import { Dialog } from "../ui/Dialog.js";
import { Icon } from "../ui/Icon.js";
import { Download, FileText } from "../ui/icons.js";
import { fileSize } from "../ui/time.js";
import { isPicture, usePicture, useSource } from "./sources.js";
import style from "./thread.module.css";

type Attachment = Schemas["Attachment"];

/** What is attached to a message: pictures in place, everything else by its name. */
export const Files = ({ files }: { files: Attachment[] }) => (
  <div className={style.files}>
    {files.map((file) => (isPicture(file) ? <Picture key={file.id} file={file} /> : <Paper key={file.id} file={file} />))}
  </div>
);

function Picture({ file }: { file: Attachment }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const [large, setLarge] = useState(false);
  const { source, broken, onError } = usePicture(file);
  const ratio = file.width && file.height ? `${file.width} / ${file.height}` : undefined;
  if (broken) return <Paper file={file} />;
  return (
    <>
      <button type="button" className={style.picture} onClick={() => setLarge(true)} aria-label={t("showLarge", { name: file.filename })}>
        <img src={source} alt={file.filename} loading="lazy" style={{ aspectRatio: ratio }} onError={onError} />
      </button>
      <Dialog opened={large} onClose={() => setLarge(false)} size="auto" title={<bdi>{file.filename}</bdi>}>
        <img src={source} alt={file.filename} className={style.large} />
        <a className={style.download} href={source} download={file.filename}>
          <Icon of={Download} /> {t("download")}
        </a>
      </Dialog>
    </>
  );
}

function Paper({ file }: { file: Attachment }) {
  const sandbox = useSandbox();
  const source = useSource(file);
  return (
    <a className={style.paper} href={sandbox ? source : file.url} download={file.filename}>
      <Icon of={FileText} size={18} />
      <span>
        <bdi>{file.filename}</bdi>
        <small>{fileSize(file.size)}</small>
      </span>
    </a>
  );
}
