/** Containers for real: podman on an image imported from a root file system of this machine. Where podman cannot run, only what needs none is tested. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { provision } from '../../../../harness/environments/provision.ts';
import type { ProvisionOptions } from '../../../../harness/environments/provisioned.ts';
import { skip } from '../../../skip.ts';

const test = suite('containers');
const folder = mkdtempSync(join(tmpdir(), 'bench-container-'));
const never = new AbortController().signal;
const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'environments');
const IMAGE = 'localhost/bench-test:1';
const storage = join(folder, 'storage');

/** podman with a storage of its own, as it runs on a small machine without systemd. */
const ambient = {
  ...process.env,
  CONTAINERS_CONF: join(folder, 'containers.conf'),
  CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
};

function podman(...args: string[]): string {
  return execFileSync('podman', args, { env: ambient, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function hasPodman(): boolean {
  if (!existsSync('/usr/bin/python3')) return false;
  writeFileSync(
    ambient.CONTAINERS_CONF,
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
  );
  writeFileSync(
    ambient.CONTAINERS_STORAGE_CONF,
    `[storage]\ndriver = "vfs"\ngraphroot = "${storage}/graph"\nrunroot = "${storage}/run"\n`,
  );
  try {
    const root = join(folder, 'root');
    execFileSync(join(fixtures, 'root-file-system.sh'), [root], { stdio: 'ignore' });
    execFileSync('tar', ['cf', join(folder, 'root.tar'), '-C', root, '.']);
    podman('import', '--quiet', join(folder, 'root.tar'), IMAGE);
    return podman('run', '--rm', '--network', 'none', IMAGE, 'python3', '-c', 'print(42)').trim() === '42';
  } catch {
    return false;
  }
}

const works = hasPodman();
test.after(() => rmSync(folder, { recursive: true, force: true }));

const options: ProvisionOptions = {
  directory: folder,
  ambient,
  container: { device: 'cpu', runId: 'test', read: [], write: [folder] },
};
const box = { kind: 'container', name: 'box', image: IMAGE, python: 'python3', env: {} } as const;

const PROBE = `
import os, time
def main(case, device, report):
    report.phase("first-run")
    print("said inside", flush=True)
    # Of the folder of the run only one below scratch is the container's: elsewhere it writes into itself.
    run = os.path.normpath(os.readlink("/proc/self/fd/1") + "/../../../..")
    for name in ("journal.jsonl", "new", "evidence/new"):
        try:
            os.makedirs(os.path.dirname(os.path.join(run, name)), exist_ok=True)
            with open(os.path.join(run, name), "a") as file:
                file.write("written inside")
        except OSError:
            pass
    report.first(0.001)
    if case["size"] >= 3:
        ready, done = os.pipe()
        if os.fork() == 0:
            os.setsid()
            os.write(done, b"x")
            time.sleep(600)
        os.read(ready, 1)
        # Alone in the phase with the short deadline, and all is in place when it begins.
        report.phase("steady")
        time.sleep(600)
`;

/** The deadline is that of the hang. */
function matrix(client: string, deadline = '2s'): string {
  const file = join(folder, `${client}-${deadline}.yml`);
  writeFileSync(join(folder, 'sleepy.py'), PROBE);
  const environments = `environments: [{ kind: container, name: box, image: "${IMAGE}" }]`;
  const watchdog = `watchdog: { deadlines: { start: 60s, steady: ${deadline} }, term_grace: 1s }`;
  writeFileSync(
    file,
    `schema: 1\nname: box\nprobe: ./sleepy.py\ndevice: cpu\n${environments}\nprovision: { client: ${client} }\naxes: { size: [1, 2, 3] }\nhealth: { canary: false }\n${watchdog}\nsearch: { strategy: grid }\n`,
  );
  return file;
}

const main = join(import.meta.dirname, '..', '..', '..', '..', 'harness', 'cli', 'main.ts');

async function run(client: string, out: string, path = process.env['PATH'] ?? ''): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', main, 'run', matrix(client), '--out', join(folder, out), '--quiet'],
    { env: { ...ambient, PATH: path }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await once(child, 'exit');
  return readFileSync(join(folder, out, 'journal.jsonl'), 'utf8');
}

/** Outcomes in their order, and how many processes were swept. */
function outcomes(journal: string): readonly (readonly [string, number])[] {
  return [
    ...journal.matchAll(/"event":"attempt-finished".*?"outcome":\{"kind":"([a-z-]+)".*?"swept":(\d+),"left":\[\]/g),
  ].map(([, kind = '', swept]) => [kind, Number(swept)]);
}

const withPodman: Record<string, () => Promise<void>> = {
  'a hang in a container is seen, killed with what it left behind, and the container is gone': async () => {
    const found = outcomes(await run('podman', 'podman-run'));
    assert.equal(found.slice(0, 3), [
      ['pass', 0],
      ['pass', 0],
      ['hang', 1],
    ]);
    assert.is(podman('ps', '--all', '--quiet').trim(), '');
    const out = join(folder, 'podman-run');
    assert.not.match(readFileSync(join(out, 'journal.jsonl'), 'utf8'), /written inside/);
    assert.not(existsSync(join(out, 'new')) || existsSync(join(out, 'evidence', 'new')));
    const kept = readdirSync(join(out, 'evidence'));
    assert.ok(kept.length >= 3);
    for (const attempt of kept)
      assert.is(readFileSync(join(out, 'evidence', attempt, 'stdout'), 'utf8'), 'said inside\n', attempt);
    assert.equal(readdirSync(join(out, 'scratch')), []);
  },

  'a client that hands no file descriptor on: the channel goes through a named pipe': async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const real = execFileSync('sh', ['-c', 'command -v podman'], { encoding: 'utf8' }).trim();
    symlinkSync(real, join(bin, 'docker'));
    const found = outcomes(await run('docker', 'docker-run', `${bin}:${process.env['PATH']}`));
    assert.equal(found.slice(0, 3), [
      ['pass', 0],
      ['pass', 0],
      ['hang', 1],
    ]);
    assert.is(podman('ps', '--all', '--quiet').trim(), '');
    const out = join(folder, 'podman-run');
    assert.not.match(readFileSync(join(out, 'journal.jsonl'), 'utf8'), /written inside/);
    assert.not(existsSync(join(out, 'new')) || existsSync(join(out, 'evidence', 'new')));
    const kept = readdirSync(join(out, 'evidence'));
    assert.ok(kept.length >= 3);
    for (const attempt of kept)
      assert.is(readFileSync(join(out, 'evidence', attempt, 'stdout'), 'utf8'), 'said inside\n', attempt);
    assert.equal(readdirSync(join(out, 'scratch')), []);
  },

  'kill -9 of the harness while a probe hangs: no process and, after the next start, no container is left':
    async () => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', main, 'run', matrix('podman', '600s'), '--out', join(folder, 'killed'), '--quiet'],
        { env: ambient, stdio: 'ignore' },
      );
      const journal = join(folder, 'killed', 'journal.jsonl');
      while (!existsSync(journal) || (readFileSync(journal, 'utf8').match(/"attempt-started"/g) ?? []).length < 3)
        await sleep(20);
      await sleep(300);
      assert.not.equal(podman('ps', '--quiet').trim(), '');
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert.is((await provision(box, options, never)).kind, 'ready');
      for (let tries = 0; podman('ps', '--all', '--quiet').trim() !== '' && tries < 600; tries += 1) await sleep(100);
      assert.is(podman('ps', '--all', '--quiet').trim(), '');
    },

  'a container that a dead harness left is removed by the next start, that of a living one stays': async () => {
    const ticks = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
    podman('create', '--name', 'dead', '--label', 'bench.owner=2147483000:1', IMAGE, 'python3');
    podman('create', '--name', 'reused', '--label', `bench.owner=${process.pid}:1`, IMAGE, 'python3');
    podman('create', '--name', 'alive', '--label', `bench.owner=${process.pid}:${ticks}`, IMAGE, 'python3');
    podman('create', '--name', 'foreign', IMAGE, 'python3');
    assert.is((await provision(box, options, never)).kind, 'ready');
    assert.equal(podman('ps', '--all', '--format', '{{.Names}}').trim().split('\n').toSorted(), ['alive', 'foreign']);
    podman('rm', 'alive', 'foreign');
  },

  'an image that is not here is not pulled: what to do about it': async () => {
    const made = await provision({ ...box, image: 'localhost/none:1' }, options, never);
    assert.match(
      made.kind === 'unavailable' ? made.reason : '',
      'podman pull localhost/none:1, or set provision.pull to "missing"',
    );
  },

  'a probe has no network and none of the folders and names of this machine': async () => {
    const made = await provision(box, options, never);
    if (made.kind === 'unavailable' || made.wrap === undefined) throw new Error('no container');
    const { command, env, ended } = made.wrap(
      { HSA_X: '1', PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
      'piped',
    );
    const [program = '', ...args] = command;
    const script =
      'import os, socket; print(os.environ["HSA_X"], [name for _, name in socket.if_nameindex()] if hasattr(socket, "if_nameindex") else [], os.path.exists("/home"), os.environ["PATH"])';
    const said = execFileSync(program, [...args, 'python3', '-c', script], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await ended();
    assert.match(said, /^1 \['lo'\] False /);
    assert.not.match(said, process.env['PATH'] ?? 'PATH');
  },
};

for (const [name, body] of Object.entries(withPodman)) {
  if (works) test(name, body);
  else skip(test, import.meta.url, name, 'podman cannot run a container here');
}

/** A client that answers as podman does and starts nothing. */
function standIn(name: string): string {
  const bin = mkdtempSync(join(folder, 'client-'));
  writeFileSync(join(bin, name), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  return bin;
}

test('a ROCm card is handed in with its devices, a CPU run hands in none', async () => {
  const bin = standIn('podman');
  const of = async (device: 'rocm' | 'cpu'): Promise<string> => {
    const made = await provision(
      box,
      { ...options, ambient: { PATH: bin }, container: { device, runId: 'r', read: ['/read'], write: ['/write'] } },
      never,
    );
    return made.kind === 'ready' ? made.command.join(' ') : made.reason;
  };
  const rocm = await of('rocm');
  for (const flag of [
    '--device /dev/kfd --device /dev/dri',
    '--ipc host',
    '--security-opt seccomp=unconfined',
    '--network none',
    '--pull never',
    '--rm',
    '--volume /read:/read:ro',
    '--volume /write:/write',
  ])
    assert.ok(rocm.includes(flag), flag);
  assert.not.match(await of('cpu'), /\/dev\/|--ipc/);
});

test('podman is asked for an image of Docker Hub by its full name: without a registry it refuses to pull', async () => {
  for (const [client, image, asked] of [
    ['podman', 'rocm/pytorch:a', 'docker.io/rocm/pytorch:a'],
    ['podman', 'ubuntu:22.04', 'docker.io/library/ubuntu:22.04'],
    ['podman', 'localhost/x:1', 'localhost/x:1'],
    ['podman', 'quay.io/x/y', 'quay.io/x/y'],
    ['podman', 'here:5000/y', 'here:5000/y'],
    ['docker', 'rocm/pytorch:a', 'rocm/pytorch:a'],
  ] as const) {
    const bin = mkdtempSync(join(folder, 'client-'));
    writeFileSync(join(bin, client), `#!/bin/sh\necho "$@" >> ${bin}/log\n[ "$1" != image ]\n`, { mode: 0o755 });
    const hub = { ...box, image };
    const absent = await provision(hub, { ...options, ambient: { PATH: bin } }, never);
    assert.match(absent.kind === 'unavailable' ? absent.reason : '', `: ${client} pull ${asked}, or set`);
    assert.is(
      (await provision(hub, { ...options, ambient: { PATH: bin }, provision: { pull: 'missing' } }, never)).kind,
      'ready',
    );
    assert.match(readFileSync(join(bin, 'log'), 'utf8'), `\npull ${asked}\n`);
  }
});

test('without a client: what was looked for', async () => {
  const made = await provision(box, { ...options, ambient: { PATH: folder } }, never);
  assert.match(
    made.kind === 'unavailable' ? made.reason : '',
    'there is no podman on PATH, there is no docker on PATH; install podman',
  );
});

test.run();
