import { useCallback, useState } from "react";
import { answer, api, onceKey, type Schemas } from "../api/client.js";
import { useNotify } from "../ui/notify.js";

/** A file that is on its way up. */
export interface Upload {
  key: string;
  name: string;
}

const upload = (file: File): Promise<Schemas["Attachment"]> => {
  const form = new FormData();
  form.append("file", file, file.name);
  return answer(api.POST("/attachments", { body: form as never, bodySerializer: (body) => body as unknown as FormData }));
};

/** Uploads files, and hands over each that has arrived. */
export function useUploads(arrived: (file: Schemas["Attachment"]) => void) {
  const notify = useNotify();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const key = onceKey();
        setUploads((now) => [...now, { key, name: file.name }]);
        upload(file)
          .then(arrived, notify.failed)
          .finally(() => setUploads((now) => now.filter((other) => other.key !== key)));
      }
    },
    [arrived, notify],
  );
  return { uploads, add };
}
