import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder, resultsOf } from './bench-process.ts';
import { skip } from '../skip.ts';

const test = suite('cli/real-torch');

const PYTHON = '/usr/bin/python3';

const COMMON = `schema: 1
device: cpu
environments: [{ kind: interpreter, name: debian-torch, python: ${PYTHON} }]
constants: { in_channels: 16, out_channels: 32, kernel: 3, padding: 1, dtype: float32, direction: forward }
`;

const OPENMP = `${COMMON}name: openmp
probe: openmp_fork
settings:
  default: { torch: { num_threads: 2 } }
  one-thread: { torch: { num_threads: 1 } }
axes: { size: [32] }
watchdog: { deadlines: { first-run: 4s }, term_grace: 1s }
`;

const PLAIN = `${COMMON}name: plain
probe: conv2d
axes: { size: [8, 33] }
search: { strategy: grid }
`;

const found = await execa(PYTHON, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)'], {
  reject: false,
});

/** Where CI=true a skip that is not listed fails the run, and this one is not listed. */
function withTorch(name: string, run: () => Promise<void>): void {
  if (found.exitCode === 0) test(name, run);
  else skip(test, import.meta.url, name, `${PYTHON} has no torch: apt install python3-torch`);
}

withTorch(
  'a real hang: two OpenMP threads before a fork, told by stack and wait channel; one thread passes',
  async () => {
    await inFolder(async (folder) => {
      const matrix = await folder.write('openmp.yml', OPENMP);
      const { code, stdout, stderr } = await bench(['run', matrix, '--out', folder.file('run'), '--fail-on', 'hang'], {
        limitSeconds: 200,
      });
      assert.is(code, 1, stderr);
      assert.not.match(stdout + stderr, /simulated/i);
      const { cells, attempts, environments } = await resultsOf(folder.file('run'));
      assert.equal(
        cells.map(({ setting, verdict, confirmed }) => [setting, verdict, confirmed]),
        [
          ['default', 'hang', true],
          ['one-thread', 'pass', null],
        ],
      );
      assert.match(environments[0]?.versions?.torch ?? '', /^\d+\.\d+/);
      const hangs = attempts.filter(({ report }) => report.outcome.kind === 'hang');
      assert.equal(
        hangs.map(({ isolation }) => isolation),
        ['fork', 'spawn'],
      );
      for (const { report } of hangs) {
        assert.match(report.evidence?.pythonStacks ?? '', /conv2d/);
        const channels = report.evidence?.processes.map(({ waitChannel }) => waitChannel ?? '') ?? [];
        assert.ok(
          channels.some((channel) => channel.startsWith('futex')),
          channels.join(),
        );
        assert.equal(report.cleanup.left, []);
      }
    });
  },
);

withTorch('Conv2d on the CPU passes, with times and throughput', async () => {
  await inFolder(async (folder) => {
    const matrix = await folder.write('plain.yml', PLAIN);
    const { code, stderr } = await bench(['run', matrix, '-q', '--out', folder.file('run')], { limitSeconds: 200 });
    assert.is(code, 0, stderr);
    const { cells, attempts } = await resultsOf(folder.file('run'));
    assert.equal(
      cells.map(({ verdict }) => verdict),
      ['pass', 'pass'],
    );
    for (const { medianRunSeconds, firstRunSeconds } of cells)
      assert.ok((medianRunSeconds ?? 0) > 0 && (firstRunSeconds ?? 0) > 0);
    for (const { report } of attempts) {
      assert.is(report.check?.matches, true);
      assert.ok((report.timing?.flops ?? 0) > 0);
    }
  });
});

test.run();
