export { browserFiles } from "../shared/files.js";
export { browserUpload } from "../shared/upload.js";
