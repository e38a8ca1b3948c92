/**
 * Makes one text of the pages' script and of each style sheet and writes them as modules, for reports/ reads no files: `npm run embed`, and every build.
 * With --check it writes nothing and exits with 1 when a module on disk is stale. Comments and white space stay behind. A root may be named.
 */
import { build } from 'esbuild';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MODULES = [
  {
    file: 'reports/html/page/embedded.ts',
    texts: { PAGE_SCRIPT: 'reports/html/page/script/main.js', PAGE_STYLE: 'reports/html/page/style/main.css' },
  },
  { file: 'reports/history/embedded.ts', texts: { HISTORY_STYLE: 'reports/history/history.css' } },
];
const HEADER =
  '// Made by ci/embed-page.ts (npm run embed) from the files of the same folder: change those, never this one.\n';

const check = process.argv.includes('--check');
const root = resolve(process.argv.slice(2).find((word) => !word.startsWith('--')) ?? join(import.meta.dirname, '..'));

for (const { file, texts } of MODULES) {
  let module = HEADER;
  for (const [name, entry] of Object.entries(texts))
    module += `export const ${name} = ${JSON.stringify(await embedded(join(root, entry)))};\n`;
  const path = join(root, file);
  if (existsSync(path) && module === readFileSync(path, 'utf8')) continue;
  if (check) {
    console.error(`${file} is stale: run npm run embed and commit it`);
    process.exitCode = 1;
  } else writeFileSync(path, module);
}

/** One text of an entry and all that it imports. Whatever esbuild complains of, an unknown property of a style too, is an error. */
async function embedded(entry: string): Promise<string> {
  const { outputFiles, warnings } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    tsconfigRaw: {},
    minifyWhitespace: true,
  });
  if (warnings.length > 0) throw new Error(`esbuild warns of ${entry}`);
  const text = outputFiles[0]?.text ?? '';
  // Modules wait for the data at their top level, a plain script can do so only in a function.
  return entry.endsWith('.js') ? `(async()=>{"use strict";${text}})();` : text;
}
