/** Keeps the files of messages over a reload, each under the name of its message. All may reject. */
export interface FilesPort {
  put(name: string, files: readonly File[]): Promise<void>;
  /** Null where nothing is kept under the name. */
  get(name: string): Promise<File[] | null>;
  remove(name: string): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
}

const shelf = "files";
/** A database that does not open within this time, in milliseconds, is as good as none. */
const patience = 3_000;

/** The files of one site in IndexedDB, which is not touched before there is a file to keep: some browsers throw at the touch. */
export function browserFiles(site: string, factory = () => globalThis.indexedDB): FilesPort {
  const name = `parley:${site}`;
  /** One after the other, so that what is put and removed in this order is gone. */
  let last: Promise<unknown> = Promise.resolve();
  const then = <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act);
    last = done.catch(() => {});
    return done;
  };
  const inside = <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    then(async () => {
      const base = await open(factory(), name);
      try {
        const transaction = base.transaction(shelf, mode);
        const request = ask(transaction.objectStore(shelf));
        await new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onerror = transaction.onabort = () => reject(transaction.error);
        });
        return request.result;
      } finally {
        base.close();
      }
    });
  return {
    put: async (key, files) => void (await inside("readwrite", (store) => store.put([...files], key))),
    get: async (key) => ((await inside("readonly", (store) => store.get(key))) as File[] | undefined) ?? null,
    remove: (key) => inside("readwrite", (store) => store.delete(key)),
    clear: () =>
      then(
        () =>
          new Promise<void>((resolve) => {
            const request = factory().deleteDatabase(name);
            // Another tab that has it open lets go of it by itself; the browser deletes it then.
            request.onsuccess = request.onerror = request.onblocked = () => resolve();
          }),
      ),
  };
}

/** Some browsers forbid it, some never answer. */
function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    const late = setTimeout(() => reject(new Error("no database")), patience);
    request.onupgradeneeded = () => request.result.createObjectStore(shelf);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      clearTimeout(late);
      resolve(request.result);
    };
  });
}
