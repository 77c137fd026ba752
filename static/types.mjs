// Makes one declaration file of a module and all it imports, for those who write TypeScript.
import { dirname, resolve } from "node:path";
import ts from "typescript";

const options = {
  declaration: true,
  emitDeclarationOnly: true,
  stripInternal: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  strict: true,
};

/** The declarations of `entry` as one text: its own first, then those it stands on, each once. */
export function declarations(entry) {
  const emitted = new Map();
  const program = ts.createProgram([entry], options);
  program.emit(undefined, (name, text) => emitted.set(name, text));
  const seen = new Set();
  const parts = [];
  const visit = (name) => {
    const text = emitted.get(name);
    if (seen.has(name) || text === undefined) return;
    seen.add(name);
    parts.push(name);
    for (const [, path] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)\.js"/g)) visit(resolve(dirname(name), `${path}.d.ts`));
  };
  visit(entry.replace(/\.ts$/, ".d.ts"));
  const exported = new Set([...(emitted.get(parts[0]) ?? "").matchAll(/export type \{([^}]+)\} from/g)].flatMap(([, names]) => names.split(",").map((name) => name.trim())));
  return parts.map((name, i) => flatten(emitted.get(name), i === 0 ? null : exported)).join("\n");
}

/** Without imports, and with the `export` of those names only that the module exports. */
function flatten(text, exported) {
  const bare = text.replace(/^import [^;]*;\n/gm, "").replace(/^export (type )?\{[^}]*\}( from "[^"]+")?;\n/gm, "");
  if (exported === null) return bare;
  return bare.replace(/^export (declare (?:class|function|const)|type|interface) (\w+)/gm, (_, kind, name) => {
    const declared = kind.startsWith("declare") ? kind : kind;
    return exported.has(name) ? `export ${declared} ${name}` : `${declared} ${name}`;
  });
}
