/** The units of ci/systemd, checked by systemd itself, and what of them must not get lost. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/machine/installation.ts';
import { skip } from '../skip.ts';

const test = suite('systemd units');
const UNITS = ['bench-nightly.service', 'bench-nightly.timer', 'bench-nightly-resume.service'];
const unit = (name: string): string => readFileSync(join(packageRoot(), 'ci', 'systemd', name), 'utf8');

const NAME = 'systemd-analyze verify finds nothing, and finds a mistake';
if (spawnSync('systemd-analyze', ['--version']).status !== 0)
  skip(test, import.meta.url, NAME, 'there is no systemd-analyze');
else {
  test(NAME, () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-units-'));
    const verify = (): { status: number | null; text: string } => {
      const { status, stdout, stderr } = spawnSync(
        'systemd-analyze',
        ['verify', ...UNITS.map((name) => join(folder, name))],
        { encoding: 'utf8', env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } },
      );
      // Units of the machine itself are not ours to judge.
      return {
        status,
        text: `${stdout}${stderr}`
          .split('\n')
          .filter((line) => line.includes('bench-nightly'))
          .join('\n'),
      };
    };
    try {
      // The program must exist where the unit says.
      for (const name of UNITS) writeFileSync(join(folder, name), unit(name).replaceAll('/opt/bench', packageRoot()));
      assert.equal(verify(), { status: 0, text: '' });
      writeFileSync(
        join(folder, 'bench-nightly.service'),
        unit('bench-nightly.service').replace('TimeoutStartSec=10h', 'TimeoutStartSec=soon'),
      );
      assert.match(verify().text, 'TimeoutStartSec');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('a night survives reboots, ends, takes all its processes along, and reaches the card', () => {
  const service = unit('bench-nightly.service');
  for (const line of [
    'Type=oneshot',
    'TimeoutStartSec=10h',
    'KillMode=control-group',
    'SupplementaryGroups=render video systemd-journal',
    'DeviceAllow=/dev/kfd rw',
    'DeviceAllow=char-drm rw',
  ])
    assert.match(service, `\n${line}\n`);
  assert.not.match(service, /^(PrivateDevices|MemoryDenyWriteExecute|ProtectProc)=/m);
  assert.match(unit('bench-nightly.timer'), '\nPersistent=true\n');
  // What the script writes is what the unit looks for.
  assert.match(unit('bench-nightly-resume.service'), '\nConditionPathExists=/var/lib/bench/nights/current\n');
  assert.match(unit('nightly.env'), '\nBENCH_NIGHTS=/var/lib/bench/nights\n');
  assert.match(readFileSync(join(packageRoot(), 'ci', 'nightly.sh'), 'utf8'), '"$nights/current"');
});

test('the workflow gives pull requests nothing', () => {
  const workflow = readFileSync(join(packageRoot(), 'ci', 'github', 'nightly.yml'), 'utf8');
  assert.not.match(workflow, /^ {2}pull_request/m);
  assert.match(workflow, 'cancel-in-progress: false');
  assert.match(workflow, 'timeout-minutes: ');
});

test.run();
