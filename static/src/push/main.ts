import { serve, type WorkerScope } from "./worker.js";

serve(self as unknown as WorkerScope);
