/**
 * `npm run bench`: our own costs, in time per thing handled. Prints a table, or one JSON document with `--json`; words choose tasks by name.
 * Not a test: it asserts that the work was done, never how fast.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench, type Task } from 'tinybench';
import { clear, enumeration, journal, judgeAndReport, search, type BenchTask } from './tasks.ts';

/** tinybench's run() never settles when a task hangs. */
const LIMIT_SECONDS = 300;

interface Row {
  readonly task: string;
  readonly runs: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly of: string;
  readonly perSecond: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'bench-measured-'));
const limit = setTimeout(() => {
  clear(folder);
  console.error(`stopped: not done after ${LIMIT_SECONDS} s`);
  process.exit(1);
}, LIMIT_SECONDS * 1000);

try {
  const all = [...enumeration(), ...search(), ...(await journal(folder)), ...judgeAndReport()];
  const chosen = all.filter(({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)));
  const rows = await measure(chosen);
  console.log(values.json ? JSON.stringify({ node: process.version, rows }, null, 2) : table(rows));
} finally {
  clearTimeout(limit);
  clear(folder);
}

async function measure(tasks: readonly BenchTask[]): Promise<Row[]> {
  const bench = new Bench({ time: 500, iterations: 3, warmupTime: 0, warmupIterations: 1, throws: true });
  for (const { name, run } of tasks) {
    bench.add(name, async () => {
      await run();
    });
  }
  bench.addEventListener('cycle', ({ task }) => {
    if (!values.json && task !== undefined) console.error(`  ${task.name}`);
  });
  await bench.run();
  return tasks.map((task) => row(task, bench.getTask(task.name)));
}

function row({ name, handles, of }: BenchTask, task: Task | undefined): Row {
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`${name} is ${result?.state ?? 'unknown'}`);
  const { p50, p99, samplesCount } = result.latency;
  return { task: name, runs: samplesCount, medianMs: p50, p99Ms: p99, of, perSecond: (handles * 1000) / p50 };
}

/** Three digits that count. */
function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ task, runs, medianMs, p99Ms, of, perSecond }) => [
    task,
    `${runs}`,
    number(medianMs),
    number(p99Ms),
    `${number(perSecond)} ${of}/s`,
  ]);
  const heads = ['task', 'runs', 'median ms', 'p99 ms', 'rate'];
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const show = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [heads, ...lines].map(show).join('\n');
}
