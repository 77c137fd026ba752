/** The styles that are there, or on their way, by their file. */
const worn: Record<string, Element | Promise<unknown>> = {};

/**
 * Fetches a part of the widget and its styles at once; the build puts this in the place of Vite's own.
 * Styles that cannot be had fail the part, which may then be asked for again.
 */
export const __vitePreload = async <T>(load: () => Promise<T>, styles: string[] = []): Promise<T> =>
  (await Promise.all([load(), ...styles.map(wear)]))[0];

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
