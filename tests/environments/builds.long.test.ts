/** Builds that break off: killed, without network, with a wrong file, on a full disk. What is left is never used, and the next try goes on. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  contents,
  elsewhere,
  folder,
  makeWheels,
  never,
  optionsFor,
  python,
  reasonOf,
  rootOf,
  sha256Of,
  torchOf,
  wheel,
} from './build-helper.ts';
import { availability } from '../../harness/environments/availability.ts';
import { provision } from '../../harness/environments/provision.ts';
import { Provisioner, sweepUnfinished } from '../../harness/environments/provisioner.ts';
import { servePackages } from '../fixtures/environments/package-index.ts';
import { serveProxy } from '../fixtures/http/proxy.ts';
import { skip } from '../skip.ts';
import { canMakeVenvs } from './can-make-venvs.ts';

const test = suite('builds that break off');
test.after(() => rmSync(folder, { recursive: true, force: true }));
const large = makeWheels('large', ['1.0.0'], 4);
const small = makeWheels('small', ['1.0.0', '1.1.0']);

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function part(): string {
  const root = rootOf('killed-download');
  return join(root, readdirSync(root)[0] ?? '', 'downloads', 'torch-1.0.0+rocm0.1-py3-none-any.whl.part');
}

const builds: Record<string, () => Promise<void>> = {
  "behind the caller's proxy: page and wheel come through it": async () => {
    const index = await servePackages(small);
    const proxy = await serveProxy({ 'packages.invalid': new URL(index.url).origin });
    const { ambient, ...options } = optionsFor('behind-proxy');
    const made = await provision(
      wheel('http://packages.invalid/simple', '1.0.0'),
      { ...options, ambient: { ...ambient, HTTP_PROXY: proxy.url, http_proxy: proxy.url } },
      never,
    );
    assert.is(torchOf(made), '1.0.0+rocm0.1');
    const paths = proxy.asked.map((line) => new URL(line.replace(/^\w+ /, '')).pathname);
    assert.equal(paths[0], '/simple/torch/');
    assert.ok(paths.some((path) => path.endsWith('.whl')));
    assert.is(index.requests.length, proxy.asked.length);
    await proxy.close();
    index.close();
  },
  'kill -9 in a download: nothing is used, and the next try goes on where it ended': async () => {
    const slow = await servePackages(large, { stopAfter: 1_000_000 });
    const mine = optionsFor('killed-download');
    const other = elsewhere(wheel(slow.url, '1.0.0'), mine);
    await other.line(/installing torch==1\.0\.0/);
    while (!existsSync(part()) || statSync(part()).size < 500_000) await sleep(10);
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    const arrived = statSync(part()).size;
    const made = await provision(wheel(slow.url, '1.0.0'), mine, never);
    slow.close();
    assert.is(torchOf(made), '1.0.0+rocm0.1');
    assert.equal(slow.ranges, [String(arrived)], 'it was not gone on with');
    assert.not.ok(contents('killed-download').includes('downloads'));
    // What comes after the last byte takes as long as the download, and is told too.
    const from = mine.told.findIndex((text) => text.includes('going on after'));
    assert.match(
      mine.told.slice(from).join('\n'),
      /: all here; unpacking it and fetching what it needs\ntorch==1\.0\.0\+rocm0\.1 is installed: \S+ [kM]B on the disk, in \d+ s$/,
    );
    const kinds = await availability(
      [wheel(slow.url, '1.0.0'), wheel(slow.url, '1.1.0'), wheel(slow.url, '1.2.0', { python: '3.99' })],
      mine,
      never,
    );
    assert.equal(
      [...kinds.values()].map(({ kind }) => kind),
      ['ready', 'to-make', 'cannot'],
    );
  },

  'kill -9 while pip installs: its processes and the half of an environment go with the next run': async () => {
    // The page is not understood before the tool asks, so the tool fetches the file: never answered.
    const index = await servePackages(small, 'after-the-first');
    const mine = optionsFor('killed-pip');
    const other = elsewhere(wheel(index.url, '1.0.0'), mine);
    while (index.requests.length < 2) await sleep(20);
    const [key = ''] = readdirSync(rootOf('killed-pip'));
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    const orphans = (): string[] =>
      execFileSync('sh', ['-c', `grep -lszxF BENCH_BUILD=${key} /proc/[0-9]*/environ || true`], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line !== '');
    assert.ok(orphans().length > 0, 'pip ended by itself: nothing is shown by this test');
    await sweepUnfinished(rootOf('killed-pip'));
    index.close();
    for (let tries = 0; orphans().length > 0 && tries < 1200; tries += 1) await sleep(50);
    assert.equal(orphans(), []);
    assert.equal(
      contents('killed-pip').filter((name) => name.startsWith('venv-') || name === 'complete.json'),
      [],
    );
  },

  'a line that breaks again and again brings the file all the same': async () => {
    const index = await servePackages(large, { breakAfter: 1_500_000, sha256: sha256Of(large) });
    const made = await provision(wheel(index.url, '1.0.0'), optionsFor('breaks'), never);
    index.close();
    assert.is(torchOf(made), '1.0.0+rocm0.1');
    assert.ok(index.ranges.length >= 2);
  },

  'no network: the reason says so, and nothing is there': async () => {
    const made = await provision(wheel('http://127.0.0.1:9/simple', '1.0.0'), optionsFor('no-network'), never);
    assert.match(reasonOf(made), 'the index did not answer: check network and proxy');
    assert.equal(contents('no-network'), ['build.log', 'constraints.txt']);
  },

  'a file with another checksum than the matrix or the index names is refused and thrown away': async () => {
    const honest = await servePackages(small);
    const named = await provision(
      wheel(honest.url, '1.0.0', { sha256: 'a'.repeat(64) }),
      optionsFor('wrong-matrix'),
      never,
    );
    assert.match(reasonOf(named), /has the sha256 [0-9a-f]{64}, and a{64} is what it should have; it was thrown away/);
    assert.equal(contents('wrong-matrix'), ['downloads']);
    honest.close();
    const lying = await servePackages(small, { sha256: () => 'b'.repeat(64) });
    assert.match(
      reasonOf(await provision(wheel(lying.url, '1.0.0'), optionsFor('wrong-index'), never)),
      'is what it should have',
    );
    lying.close();
  },

  'the right checksum lets it pass': async () => {
    const index = await servePackages(small);
    const sha256 = sha256Of(small)('torch-1.0.0+rocm0.1-py3-none-any.whl');
    assert.is(
      torchOf(await provision(wheel(index.url, '1.0.0', { sha256 }), optionsFor('right'), never)),
      '1.0.0+rocm0.1',
    );
    index.close();
  },

  'only one fits: the one that the run does not need at this moment is let go and removed for the next': async () => {
    const pair = makeWheels('pair', ['2.0.0', '2.1.0'], 4);
    const index = await servePackages(pair);
    const mine = optionsFor('one-fits', { max_disk: 25e6 });
    const told: string[] = [];
    const provisioner = new Provisioner(mine, (name, text) => told.push(`${name}: ${text}`), never);
    let asked = 0;
    const letGo = async (): Promise<void> => {
      asked += 1;
    };
    assert.is(torchOf(await provisioner.ask(wheel(index.url, '2.0.0'), letGo)), '2.0.0+rocm0.1');
    provisioner.buildAhead([wheel(index.url, '2.1.0')]);
    await sleep(500);
    assert.equal(contents('one-fits', 'torch2.0.0').includes('complete.json'), true, 'a guess removed what is in use');
    assert.is(torchOf(await provisioner.ask(wheel(index.url, '2.1.0'), letGo)), '2.1.0+rocm0.1');
    await provisioner.close();
    index.close();
    assert.is(asked, 1);
    assert.equal(contents('one-fits', 'torch2.0.0'), []);
    assert.ok(told.some((text) => text.includes('to make room')));
  },

  'two runs build the same environment: one builds, the other waits and says so': async () => {
    const [one, two] = [optionsFor('both'), optionsFor('both')];
    // The first has not got its file before the second has said something.
    const spoken = new EventEmitter();
    const after = once(spoken, 'spoken').then(() => undefined);
    const index = await servePackages(large, { after });
    const first = elsewhere(wheel(index.url, '1.0.0'), one);
    await first.line(/installing/);
    const onProgress = (text: string): void => {
      two.told.push(text);
      spoken.emit('spoken');
    };
    const made = await provision(wheel(index.url, '1.0.0'), { ...two, onProgress }, never);
    await first.line(/^ready$/);
    first.child.kill('SIGKILL');
    index.close();
    assert.is(torchOf(made), '1.0.0+rocm0.1');
    assert.equal(two.told, ['another run is building torch==1.0.0+rocm0.1: waiting for it']);
  },
};

for (const [name, run] of Object.entries(builds)) {
  if (canMakeVenvs(python)) test(name, run);
  else skip(test, import.meta.url, name, `${python} has no ensurepip`);
}

const FULL =
  'a full disk: refused with figures where the size is known, else told apart from a bad wheel; a build that failed leaves no environment';
if (canMount() && canMakeVenvs(python)) {
  test(FULL, async () => {
    const index = await servePackages(large);
    const cache = join(folder, 'tiny-disk');
    mkdirSync(cache);
    // A disk of its own that only this process and its children see.
    const wrapper = ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o size=8m tmpfs '${cache}' && exec "$0" "$@"`];
    const refused = elsewhere(wheel(index.url, '1.0.0'), optionsFor('tiny-disk'), wrapper);
    assert.match(
      await refused.line(/^unavailable/),
      /no room: it needs about 20 MB, and \d+ MB of the disk of \S+ are free/,
    );
    index.close();
    // Without an index that tells sizes nobody knows beforehand; pip's own files alone are too much for this disk.
    const full = elsewhere(wheel('http://127.0.0.1:9/simple', '1.0.0'), optionsFor('tiny-disk'), [
      ...wrapper.slice(0, -1),
      `mount -t tmpfs -o size=8m tmpfs '${cache}' && "$0" "$@"; find '${cache}' -name 'venv-*'; echo over`,
    ]);
    assert.match(await full.line(/^unavailable/), /disk is full|No space left|ENOSPC/);
    await full.line(/^over$/);
    assert.equal(
      full.lines.filter((line) => line.includes('/venv-') && line.startsWith('/')),
      [],
    );
  });
} else skip(test, import.meta.url, FULL, 'it needs the right to mount');

test.run();
