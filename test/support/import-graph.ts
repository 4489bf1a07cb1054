// From an import as written to the file it means, within the project.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importsOf, readSource, type SourceFile } from './source-files.ts';

export interface ImportResolver {
  /** The file relative to the root, or null for a package, a Node module or a file that is not there. */
  resolve(fromPath: string, specifier: string): string | null;
}

/** Reads the `#name`s from package.json of `root`. */
export function createImportResolver(root: string): ImportResolver {
  const { imports = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports?: Record<string, string>;
  };
  const byName = (specifier: string): string | null => {
    for (const [name, target] of Object.entries(imports)) {
      const [head, tail] = name.split('*');
      if (head === undefined || !specifier.startsWith(head)) continue;
      if (tail === undefined && specifier !== name) continue;
      return posix.normalize(target.replaceAll('*', specifier.slice(head.length)));
    }
    return null;
  };
  return {
    resolve: (fromPath, specifier) => {
      const path = specifier.startsWith('#')
        ? byName(specifier)
        : specifier.startsWith('.')
          ? posix.normalize(posix.join(posix.dirname(fromPath), specifier))
          : null;
      return path !== null && existsSync(join(root, path)) ? path : null;
    },
  };
}

/** Every file that `path` reaches through imports, itself included. */
export function reachableFiles(root: string, path: string, known: Map<string, SourceFile> = new Map()): Set<string> {
  const resolver = createImportResolver(root);
  const reached = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next) || !next.endsWith('.ts')) continue;
    reached.add(next);
    const source = known.get(next) ?? readSource(root, next);
    known.set(next, source);
    for (const { specifier } of importsOf(source)) {
      const target = resolver.resolve(next, specifier);
      if (target !== null) waiting.push(target);
    }
  }
  return reached;
}
