import { useEffect, useRef, useState } from "preact/hooks";
import type { Attachment } from "../shared/wire.js";
import { useSay, useStore } from "./context.js";
import { sizeOf } from "./format.js";
import { fileLine, removeLine } from "./drawings/talk.js";
import { Icon } from "./icons.js";

/** Types that a browser draws as a picture. SVG is a document and stays a file. */
const picture = /^image\/(png|jpe?g|gif|webp|avif)$/;

/** The files of a stored message: pictures are drawn, others can be downloaded. */
export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  return (
    <>
      {attachments.map((file) =>
        picture.test(file.content_type) ? <Picture key={file.id} file={file} /> : <Download key={file.id} file={file} />,
      )}
    </>
  );
}

function Download({ file }: { file: Attachment }) {
  const { client, words } = useStore();
  const say = useSay();
  const address = client.fileAddress(file.url, "attachment");
  return (
    <a class="file" href={address} download={file.filename} aria-label={say("download", { name: file.filename })}>
      <Icon line={fileLine} />
      <bdi>{file.filename}</bdi>
      <small>{sizeOf(file.size, words.value)}</small>
    </a>
  );
}

/**
 * A picture, and a larger view of it inside the frame: a tab of its own would put the file's address,
 * which carries the visitor's secret, into the browser's history.
 */
function Picture({ file }: { file: Attachment }) {
  const { client } = useStore();
  const say = useSay();
  const dialog = useRef<HTMLDialogElement>(null);
  const address = client.fileAddress(file.url, "inline");
  const size = file.width && file.height ? { width: file.width, height: file.height } : {};
  const open = () => dialog.current?.showModal();
  return (
    <>
      <button type="button" class="picture" aria-label={say("enlarge", { name: file.filename })} onClick={open}>
        <img src={address} alt="" {...size} loading="lazy" />
      </button>
      <dialog ref={dialog} aria-label={file.filename} onClick={() => dialog.current?.close()}>
        <img src={address} alt={file.filename} />
        <button type="button" class="quiet" aria-label={say("closeImage")}>
          <Icon line={removeLine} />
        </button>
      </dialog>
    </>
  );
}

/** The files of a message on its way: pictures from memory, of others the name. */
export function OwnFiles({ files, names }: { files: readonly File[]; names: readonly string[] }) {
  return (
    <>
      {names.map((name, i) => {
        const file = files[i];
        return file && picture.test(file.type) ? <OwnPicture key={name} file={file} /> : <OwnName key={name} name={name} />;
      })}
    </>
  );
}

const OwnName = ({ name }: { name: string }) => (
  <span class="file">
    <Icon line={fileLine} />
    <bdi>{name}</bdi>
  </span>
);

/** A picture that was chosen but is not stored yet. */
export function OwnPicture({ file }: { file: File }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address ? <img class="own picture" src={address} alt={file.name} /> : null;
}
