/**
 * Writes the JSON Schemas that editors use for matrices and models, and that of results.json for programs that read it: `node --import tsx ci/write-schemas.ts`.
 * With --check it writes nothing and exits with 1 when the file on disk is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { modelJsonSchema } from '../harness/makers/simulated/model.ts';
import { MatrixFile } from '../harness/matrix/file/schema.ts';
import { Results, RESULTS_SCHEMA } from '../harness/model/results/results.ts';

const root = join(import.meta.dirname, '..');
const schemas = [
  {
    file: 'matrices/matrix.schema.json',
    title: 'bench matrix',
    schema: z.toJSONSchema(MatrixFile, { target: 'draft-7', io: 'input' }),
  },
  { file: 'matrices/models/model.schema.json', title: 'bench model of a simulated card', schema: modelJsonSchema() },
  {
    file: 'docs/results.schema.json',
    title: `bench results, schema ${RESULTS_SCHEMA}`,
    schema: z.toJSONSchema(Results, { target: 'draft-7', io: 'input', reused: 'ref' }),
  },
];

const check = process.argv.includes('--check');
for (const { file, title, schema } of schemas) {
  const text = `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
  const path = join(root, file);
  if (!check) writeFileSync(path, text);
  else if (text !== readOrNothing(path)) {
    console.error(`${file} is stale: run node --import tsx ci/write-schemas.ts and commit it`);
    process.exitCode = 1;
  }
}

function readOrNothing(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
