/** The styles that are there, or on their way, by their file. */
const worn: Record<string, Element | Promise<unknown>> = {};

/**
 * Fetches a part of the widget and its styles at once; the build puts this in the place of Vite's own. What
 * cannot be had may be asked for again, unless the server answers and has it not: then it was updated, and
 * the page begins anew, once, with all that was typed.
 */
export async function __vitePreload<T>(load: () => Promise<T>, styles: string[] = []): Promise<T> {
  try {
    return (await Promise.all([load(), ...styles.map(wear)]))[0];
  } catch (error) {
    if (await outdated()) location.reload();
    throw error;
  }
}

const wear = (file: string) => (worn[file] ??= document.querySelector(`link[href="/${file}"]`) ?? fetchStyle(file));

const fetchStyle = (file: string) =>
  new Promise((resolve, reject) => {
    const fail = () => {
      delete worn[file];
      link.remove();
      reject(new Error(`${file} could not be loaded`));
    };
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/${file}`, onload: resolve, onerror: fail });
    document.head.append(link);
  });

/** Whether the page that the server has now names another script than this one does. */
async function outdated(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>("script[src]");
  const page = await fetch(location.href).then((answer) => (answer.ok ? answer.text() : ""), () => "");
  return page !== "" && !page.includes(script?.getAttribute("src") ?? "");
}
