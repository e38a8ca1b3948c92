/**
 * Checks the import walls: `node --import tsx ci/check-walls.ts [root]`. One line for each breach, exit code 1 if there is one.
 * The rules are data in ci/walls/rules.ts; docs/architecture.md says why they stand.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { checkWalls } from './walls/check.ts';
import { readSource } from './walls/source-file.ts';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));

const files = ['harness', 'reports']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .map((file) => file.split(sep).join('/'))
  .filter((file) => /\.m?ts$/.test(file) && !file.endsWith('.d.ts') && !file.startsWith('reports/examples/'))
  .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));

const breaches = checkWalls(files);
for (const { path, line, message } of breaches) console.log(`${path}:${line} ${message}`);
if (files.length === 0) console.log(`no source file in ${root}`);
else console.log(`walls: ${files.length} files, ${breaches.length} breaches`);
process.exitCode = files.length === 0 || breaches.length > 0 ? 1 : 0;
