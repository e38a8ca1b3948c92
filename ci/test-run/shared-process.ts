/**
 * Runs the test files of its arguments one after another in this process, each with a summary of its own. Marks in the output tell
 * tests/run.ts where a file begins and ends, so that a file that kills the process takes no other with it.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beginMark, endMark, openMark } from './marks.ts';
import { childrenCpuSeconds } from './processes.ts';

/** Whoever has nothing left to do has ended by then. */
const GRACE_MILLISECONDS = 5000;

// uvu reads it when it is loaded, and then waits for exec() in place of a timer of its own.
Object.assign(globalThis, { UVU_DEFER: 1 });
const { exec } = await import('uvu');

for (const file of process.argv.slice(2)) await runFile(file);
setTimeout(() => {
  console.log(openMark(process.getActiveResourcesInfo().filter((name) => name !== 'Timeout')));
  process.exit(1);
}, GRACE_MILLISECONDS).unref();

async function runFile(file: string): Promise<void> {
  console.log(beginMark(file));
  const [started, cpu, state] = [performance.now(), cpuSeconds(), processState()];
  // uvu keeps what it has run in the queue; each file gets an empty one, whose first element stands for a name.
  const suites: unknown[] = [null];
  Object.assign(globalThis, { UVU_QUEUE: [suites] });
  process.exitCode = 0;
  try {
    await import(pathToFileURL(resolve(file)).href);
    // Without .run() there is nothing to execute, and then no summary either: the same as in a process of its own.
    if (suites.length > 1) await exec();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  const after = processState();
  console.log(
    endMark({
      code: process.exitCode,
      seconds: (performance.now() - started) / 1000,
      cpuSeconds: cpuSeconds() - cpu,
      changed: Object.keys(after).filter((what) => after[what] !== state[what]),
    }),
  );
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childrenCpuSeconds();
}

/** What the next file would find changed if this one did not put it back. */
function processState(): Readonly<Record<string, string>> {
  const handlers = process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
  return {
    'the environment': JSON.stringify(Object.entries(process.env).toSorted()),
    'the working directory': process.cwd(),
    "the process's event handlers": handlers.toSorted().join(),
  };
}
