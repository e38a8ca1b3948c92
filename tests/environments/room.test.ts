/** Room on the disk: who goes, who stays, and what is said when nothing can go. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lockFolder } from '../../harness/machine/lock/folder-lock.ts';
import { makeRoom } from '../../harness/environments/store/disk-room.ts';
import { lease, listKept, removeKept } from '../../harness/environments/store/kept-environments.ts';
import { prune } from '../../harness/environments/store/prune.ts';
import { skip } from '../skip.ts';

const test = suite('room for environments');
const folder = mkdtempSync(join(tmpdir(), 'bench-room-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const DAY = 86_400_000;
const now = Date.now();
let count = 0;

/** A cache with environments of so many bytes, last used so many days ago. */
function cache(environments: Readonly<Record<string, readonly [bytes: number, days: number]>>): string {
  const root = join(folder, String((count += 1)));
  for (const [name, [bytes, days]] of Object.entries(environments)) {
    const uses = join(root, name, 'uses');
    mkdirSync(uses, { recursive: true });
    writeFileSync(join(root, name, 'complete.json'), JSON.stringify({ venv: 'venv-a', bytes }));
    utimesSync(uses, new Date(now - days * DAY), new Date(now - days * DAY));
  }
  return root;
}

function names(root: string): readonly string[] {
  return readdirSync(root).toSorted();
}

function request(root: string, more: Partial<Parameters<typeof makeRoom>[0]>): Parameters<typeof makeRoom>[0] {
  return {
    root,
    folder: join(root, 'new'),
    need: 3e9,
    maxDisk: 10e9,
    reserved: 0,
    mayRemove: true,
    tell: () => undefined,
    ...more,
  };
}

test('the least recently used go, no more than needed', async () => {
  const root = cache({ newest: [4e9, 1], oldest: [2e9, 9], middle: [4e9, 5] });
  const told: string[] = [];
  assert.is(await makeRoom(request(root, { need: 2e9, tell: (text) => told.push(text) })), null);
  assert.equal(names(root), ['middle', 'newest']);
  assert.match(told.join(), 'removed oldest (2.0 GB');
});

test('what is used stays, and the refusal has the figures', async () => {
  const root = cache({ old: [6e9, 9], young: [1e9, 1] });
  const held = lease(join(root, 'old'));
  const refusal = await makeRoom(request(root, { need: 5e9 }));
  assert.match(
    refusal ?? '',
    'it needs about 5.0 GB, and all environments may take 10.0 GB (max_disk); environments take 7.0 GB, 6.0 GB in use; raise max_disk',
  );
  assert.equal(names(root), ['old', 'young'], 'one was removed for nothing');
  held.release();
  assert.is(await makeRoom(request(root, { need: 5e9 })), null);
  assert.equal(names(root), []);
});

test('a need that the disk itself cannot hold is refused however much may be taken', async () => {
  const refusal = await makeRoom(request(cache({ a: [1, 1] }), { need: 1e18, maxDisk: null, mayRemove: false }));
  assert.match(
    refusal ?? '',
    /it needs about 1000000000\.0 GB, and \d+\.\d GB of the disk of \S+ are free .*XDG_CACHE_HOME/,
  );
});

test('what can never fit removes nothing', async () => {
  const root = cache({ a: [1e9, 9], b: [1e9, 1] });
  assert.match((await makeRoom(request(root, { need: 11e9 }))) ?? '', 'raise max_disk');
  assert.match((await makeRoom(request(root, { need: 1e18, maxDisk: null }))) ?? '', 'XDG_CACHE_HOME');
  assert.equal(names(root), ['a', 'b']);
});

test('a guess at what comes next removes nothing, and what other builds will take counts', async () => {
  const root = cache({ a: [6e9, 9] });
  assert.match((await makeRoom(request(root, { need: 5e9, mayRemove: false }))) ?? '', 'no room');
  assert.is(await makeRoom(request(root, { need: 3e9, mayRemove: false })), null);
  assert.match(
    (await makeRoom(request(root, { need: 3e9, reserved: 2e9, mayRemove: false }))) ?? '',
    'builds that are running 2.0 GB',
  );
  assert.equal(names(root), ['a']);
});

test('a lease of a process that was killed holds nothing', async () => {
  const root = cache({ a: [1e9, 1] });
  const script = `import { lease } from ${JSON.stringify(join(import.meta.dirname, '../../harness/environments/store/kept-environments.ts'))}; lease(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, join(root, 'a')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  assert.is(await removeKept(join(root, 'a')), 'in-use');
  assert.ok((await listKept(root))[0]?.inUse);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.is(await removeKept(join(root, 'a')), 'removed');
});

test('what is being built is not removed', async () => {
  const root = cache({ a: [1e9, 1] });
  const lock = await lockFolder(join(root, 'a'), new AbortController().signal, () => undefined);
  assert.is(await removeKept(join(root, 'a')), 'building');
  await lock?.release();
  assert.ok(existsSync(join(root, 'a', 'complete.json')));
});

test('a marker that is no file makes no environment, and nobody waits for it', async () => {
  const root = cache({ a: [1e9, 1] });
  rmSync(join(root, 'a', 'complete.json'));
  execFileSync('mkfifo', [join(root, 'a', 'complete.json')]);
  assert.equal(
    (await listKept(root)).map(({ marker }) => marker),
    [null],
  );
  assert.is(await removeKept(join(root, 'a')), 'removed');
});

test('prune: unfinished builds, then by age and size; a dry run removes nothing', async () => {
  const root = cache({ old: [1e9, 40], mid: [2e9, 20], young: [3e9, 1] });
  mkdirSync(join(root, 'half', 'venv-x'), { recursive: true });
  const ask = { olderThanDays: 30, maxDisk: 4e9, now, dryRun: true };
  const would = await prune(root, ask);
  assert.equal(would.removed.map(({ key }) => key).toSorted(), ['half', 'mid', 'old']);
  assert.equal(names(root), ['half', 'mid', 'old', 'young']);
  await prune(root, { ...ask, dryRun: false });
  assert.equal(names(root), ['young']);
});

const READ_ONLY = 'a disk that cannot be written: what is there is used without a lease, and nothing is removed';
const root = cache({ a: [1e9, 40] });
const inside = join(import.meta.dirname, '..', 'fixtures', 'environments', 'read-only-cache.ts');
const ran = spawnSync(
  'unshare',
  [
    '-m',
    'sh',
    '-c',
    `mount --bind '${root}' '${root}' && mount -o remount,ro,bind '${root}' && exec "$0" "$@"`,
    process.execPath,
    '--import',
    'tsx',
    inside,
    root,
  ],
  { encoding: 'utf8' },
);
if (ran.stdout.startsWith('ran')) {
  test(READ_ONLY, () => {
    assert.match(ran.stdout, 'leased and released\nremoval: denied\npruned: 0\n');
    assert.equal(names(root), ['a']);
  });
} else skip(test, import.meta.url, READ_ONLY, 'it needs the right to mount');

test.run();
