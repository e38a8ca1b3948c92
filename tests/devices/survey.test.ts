/** Other holders of a card, the desktop on it, and what else is worth a warning: on machines as text, and for real with a process that holds a file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineOf, recorded } from './machine-text.ts';
import { discover } from '../../harness/devices/discover.ts';
import { rebound } from '../../harness/devices/binding.ts';
import type { Machine } from '../../harness/makers/found.ts';
import { findHolders } from '../../harness/devices/holders.ts';
import { machineAt } from '../../harness/devices/machine.ts';
import { surveyDevice } from '../../harness/devices/survey.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';
import type { Matrix } from '../../harness/matrix/file/schema.ts';

const test = suite('survey of a card');
/** `more` as in recorded(). */
const machine = (name: string, more = ''): Machine => machineOf(recorded(name, more));
const USER = 1000;

async function survey(on: Machine, address: string, own: readonly number[] = []): Promise<readonly string[]> {
  const found = await discover(on);
  const device = found.devices.find(({ pciAddress }) => pciAddress === address);
  if (device === undefined) throw new Error(`no device at ${address}`);
  return surveyDevice(on, device, found, USER, new Set(own));
}

test('a desktop: the monitor, who draws on it, who else holds the card, and a parameter', async () => {
  const [picture, company, parameter, ...rest] = await survey(machine('desktop-rx5600xt'), '0000:03:00.0');
  assert.equal(rest, []);
  assert.match(
    picture ?? '',
    /drives a monitor \(DP-1, drawn by Xorg \(process 1203\); the machine started on it\).*freeze the desktop/,
  );
  assert.match(company ?? '', /^firefox \(process 2417, yours\), python3 \(process 4242, yours\) have the card open/);
  assert.not.match(`${picture}${company}`, /logind|HDMI|DP-2|hidden/);
  assert.match(parameter ?? '', /gpu_recovery is 0/);
});

test('our own processes do not count', async () => {
  const said = await survey(machine('desktop-rx5600xt'), '0000:03:00.0', [4242, 2417]);
  assert.not.match(said.join('\n'), /python3|firefox/);
});

test("the monitor of another card is not this one's", async () => {
  const said = await survey(machine('card-before-apu'), '0000:12:00.0');
  assert.not.match(said.join('\n'), /monitor/);
  assert.match(
    said.join('\n'),
    /there are 2 ROCm cards here, and AMD Radeon RX 5600 XT at 0000:12:00\.0 is measured; --device rocm:0000:0c:00\.0 is AMD Radeon Graphics/,
  );
  assert.match(
    (await survey(machine('card-before-apu'), '0000:0c:00.0')).join('\n'),
    /drives a monitor \(HDMI-A-1; the machine started on it\)/,
  );
});

test('two cards: who holds the compute driver alone may use either; the driver names processes that /proc hides', async () => {
  const said = (await survey(machine('two-same-cards'), '0000:43:00.0')).join('\n');
  assert.match(
    said,
    /python3 \(process 77, yours\), ollama \(process 900\) have the compute driver open and may use this card/,
  );
});

test('what this user may not see is said, once there is something to say', async () => {
  const limited = machine('desktop-rx5600xt', '/proc/1203\n  fd (absent)\n  fd (closed)');
  const said = (await survey(limited, '0000:03:00.0')).join('\n');
  assert.match(said, /python3.*processes of other users are hidden/);
  assert.match(said, /drives a monitor \(DP-1; the machine started on it\)/, 'the monitor is lit whoever draws on it');
});

test('an NVIDIA card: its keeper does not count, and a name cannot reach the terminal', async () => {
  const [company, ...rest] = (await survey(machine('two-nvidia'), '0000:00:06.0')).slice(1);
  assert.equal(rest, []);
  assert.match(company ?? '', /^train\\n\?\[31m \(process 5150\) has the card open/);
});

test('no card, no word', async () => {
  const found = await discover(machine('no-card'));
  const [cpu] = found.devices;
  if (cpu === undefined) throw new Error('no CPU');
  assert.equal(await surveyDevice(machine('no-card'), cpu, found, USER, new Set()), []);
});

test('a real process that holds a file is found by name and pid, and gone when it ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-holder-'));
  const file = join(folder, 'device');
  writeFileSync(file, '');
  const holder: ChildProcess = spawn('sh', ['-c', `exec 3<"${file}"; echo held; exec sleep 60`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    if (holder.stdout !== null) await once(holder.stdout, 'data');
    const seen = await findHolders(machineAt('/'), [file], userInfo().uid, new Set([process.pid]), {});
    assert.equal(
      seen.holders.map(({ pid, own, files }) => ({ pid, own, files })),
      [{ pid: holder.pid, own: true, files: [file] }],
    );
    assert.ok(['sh', 'sleep', 'dash', 'bash'].includes(seen.holders[0]?.name ?? ''));
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  assert.equal((await findHolders(machineAt('/'), [file], userInfo().uid, new Set(), {})).holders, []);
  rmSync(folder, { recursive: true, force: true });
});

function matrix(extra: string): Matrix {
  return loadMatrix(
    `schema: 1\nname: m\nprobe: conv2d\nenvironments: [{ kind: interpreter, python: python3 }]\naxes: { size: [1, 2] }\n${extra}`,
    'm.yml',
  );
}

test('a matrix that chooses cards by itself is told so', () => {
  assert.equal(rebound(matrix('env: { MIOPEN_LOG_LEVEL: "5" }'), { ROCR_VISIBLE_DEVICES: '1' }), []);
  const [said, ...rest] = rebound(matrix('env: { HIP_VISIBLE_DEVICES: "1" }'), { ROCR_VISIBLE_DEVICES: '1' });
  assert.equal(rest, []);
  assert.match(said ?? '', /sets HIP_VISIBLE_DEVICES: .*another card.*ROCR_VISIBLE_DEVICES=1.*--device/);
  assert.not.match(
    rebound(matrix('env: { CUDA_VISIBLE_DEVICES: "1" }'), { CUDA_VISIBLE_DEVICES: 'GPU-1-2' }).join(),
    /GPU-1-2/,
  );
});

test.run();
