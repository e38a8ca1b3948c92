/**
 * `npm run bench:trust`: whether the tool says nothing that it has not earned. Surfaces, cards and causes of known truth go through the whole
 * program without a process; every goal is a row of the closing table, and a missed one makes the exit code 1. docs/trust.md.
 *
 * --seed N: other surfaces. --only "bands,one size": parts and families by words. --surfaces N: fewer of each. --json: one document.
 */
import { parseArgs } from 'node:util';
import { exitCode, goalsOf } from './goals.ts';
import { measure } from './measure.ts';
import { jobsOf, PARTS } from './parts/parts.ts';
import { goalTable, tableOf } from './table.ts';

/** No surface is begun after this: the last ones take some seconds more. */
const SECONDS = 570;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    surfaces: { type: 'string' },
    workers: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});

const began = Date.now();
const jobs = jobsOf({
  seed: Number(values.seed),
  only: values.only.split(',').flatMap((word) => word.trim() || []),
  surfaces: values.surfaces === undefined ? null : Number(values.surfaces),
});
const { samples, left } = await measure(jobs, Number(values.workers), SECONDS);
const goals = goalsOf(samples, left);
const seconds = Math.round((Date.now() - began) / 1000);
if (values.json) console.log(JSON.stringify({ seed: Number(values.seed), seconds, goals, samples }, null, 1));
else {
  for (const part of PARTS) {
    const table = tableOf(part, samples);
    if (table !== '') console.log(`${table}\n`);
  }
  console.log(goalTable(goals));
  console.log(`${jobs.length - left} of ${jobs.length} surfaces, seed ${values.seed}, in ${seconds} s`);
}
process.exitCode = exitCode(goals);
