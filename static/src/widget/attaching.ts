import type { FilesPort } from "../shared/files.js";
import type { World } from "../shared/world.js";

const transfer = () => import("./transfer.js");

/** What a world needs for messages with files, fetched with the first of them. Where it cannot be had, the sending is tried again. */
export const attaching: Pick<World, "files" | "upload"> = {
  files: (site) => {
    let known: FilesPort | undefined;
    const port = async () => (known ??= (await transfer()).browserFiles(site));
    return {
      put: async (name, files) => (await port()).put(name, files),
      get: async (name) => (await port()).get(name),
      remove: async (name) => (await port()).remove(name),
      clear: async () => (await port()).clear(),
    };
  },
  upload: async (...all) => (await transfer()).browserUpload(...all),
};
