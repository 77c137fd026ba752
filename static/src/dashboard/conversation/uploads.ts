import { useCallback } from "react";
import { answer, api, onceKey, type Schemas } from "../api/client.js";
import { Store, useStore } from "../live/store.js";
import { useNotify } from "../ui/notify.js";
import { takeIn } from "./sources.js";

/** A file that is on its way up. */
export interface Upload {
  key: string;
  name: string;
  /** The draft that it is for. */
  place: string;
}

/** Outside of what is drawn: one may go elsewhere and come back while a file is on its way. */
const underway = new Store<readonly Upload[]>([]);

const upload = (file: File): Promise<Schemas["Attachment"]> => {
  const form = new FormData();
  form.append("file", file, file.name);
  return answer(api.POST("/attachments", { body: form as never, bodySerializer: (body) => body as unknown as FormData }));
};

/** Uploads files for a draft, and hands over each that has arrived. */
export function useUploads(place: string, arrived: (file: Schemas["Attachment"]) => void) {
  const notify = useNotify();
  const uploads = useStore(underway).filter((one) => one.place === place);
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const key = onceKey();
        underway.set([...underway.get(), { key, name: file.name, place }]);
        upload(file)
          .then((made) => {
            takeIn(made, file);
            arrived(made);
          }, notify.failed)
          .finally(() => underway.set(underway.get().filter((other) => other.key !== key)));
      }
    },
    [place, arrived, notify],
  );
  return { uploads, add };
}
