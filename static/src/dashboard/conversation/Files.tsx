import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { errorOf } from "../api/errors.js";
import { useSandbox } from "../session/sandbox.js";
import { Dialog } from "../ui/Dialog.js";
import { Icon } from "../ui/Icon.js";
import { Download, FileText } from "../ui/icons.js";
import { fileSize } from "../ui/time.js";
import style from "./thread.module.css";

type Attachment = Schemas["Attachment"];

const isPicture = ({ content_type }: Attachment): boolean => /^image\/(png|jpe?g|gif|webp|avif)$/.test(content_type);

/** The address of a file's bytes. An `<img>` cannot say that it is for the sandbox, so there the bytes are fetched. */
function useSource({ id, url }: Attachment): string | undefined {
  const sandbox = useSandbox();
  const { data: blob } = useQuery({
    queryKey: ["file", id],
    enabled: sandbox,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const response = await fetch(`${url}?disposition=inline`, { headers: { "X-Sandbox": "1" } });
      if (!response.ok) throw await errorOf(response);
      return response.blob();
    },
  });
  const [made, setMade] = useState<string>();
  useEffect(() => {
    if (!blob) return undefined;
    const address = URL.createObjectURL(blob);
    setMade(address);
    return () => URL.revokeObjectURL(address);
  }, [blob]);
  return sandbox ? made : `${url}?disposition=inline`;
}

/** What is attached to a message: pictures in place, everything else by its name. */
export const Files = ({ files }: { files: Attachment[] }) => (
  <div className={style.files}>
    {files.map((file) => (isPicture(file) ? <Picture key={file.id} file={file} /> : <Paper key={file.id} file={file} />))}
  </div>
);

function Picture({ file }: { file: Attachment }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const [large, setLarge] = useState(false);
  const source = useSource(file);
  const ratio = file.width && file.height ? `${file.width} / ${file.height}` : undefined;
  return (
    <>
      <button type="button" className={style.picture} onClick={() => setLarge(true)} aria-label={t("showLarge", { name: file.filename })}>
        <img src={source} alt={file.filename} loading="lazy" style={{ aspectRatio: ratio }} />
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
