import type { Uploads } from "../shared/wire.js";
import type { Words } from "./i18n/index.js";

const megabyte = 1024 * 1024;
const usual = { max_bytes: 10 * megabyte, max_files: 5, types: [] as string[] };

/** Sorts chosen files into those that can be sent and a sentence about the first that cannot. */
export function admit(files: readonly File[], uploads: Uploads | null | undefined, words: Words) {
  const { max_bytes, max_files, types } = { ...usual, ...uploads };
  let problem = "";
  const fits = (file: File): boolean => {
    const large = file.size > max_bytes;
    const foreign = !allowed(file.type, types);
    if (large) problem ||= words.say("fileTooLarge", { name: file.name, n: Math.floor(max_bytes / megabyte) });
    else if (foreign) problem ||= words.say("fileType", { name: file.name });
    return !large && !foreign;
  };
  const fitting = files.filter(fits);
  if (fitting.length > max_files) problem ||= words.say("tooManyFiles", { n: max_files });
  return { files: fitting.slice(0, max_files), problem };
}

/** A browser that knows no type leaves the judgement to the server, which looks at the content. */
function allowed(type: string, types: readonly string[]): boolean {
  if (types.length === 0 || type === "") return true;
  return types.some((known) => known === type || (known.endsWith("/*") && type.startsWith(known.slice(0, -1))));
}
