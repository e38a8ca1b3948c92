import { copyFile, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identifyLibraries } from '../../harness/environments/library-identity.ts';
import { libraryKey } from '../../harness/runner/state/same-libraries.ts';

const test = suite('environments/library-identity');

async function inFolder(use: (file: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-libraries-'));
  try {
    await use((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The smallest file that holds a build id and a soname, laid out as the ELF specification says. */
function elf(buildId: string, soname: string): Buffer {
  const id = Buffer.from(buildId, 'hex');
  const file = Buffer.alloc(1024);
  file.write('\u007FELF', 'latin1');
  file.set([2, 1], 4);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(3, 56);
  const segment = (index: number, type: number, offset: number, address: number, size: number): void => {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(address), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(0, 1, 0, 0x10000, 1024);
  segment(1, 2, 512, 0x10200, 48);
  segment(2, 4, 400, 0x10190, 16 + id.length);
  file.writeUInt32LE(4, 400);
  file.writeUInt32LE(id.length, 404);
  file.writeUInt32LE(3, 408);
  file.write('GNU\0', 412, 'latin1');
  file.set(id, 416);
  for (const [index, [tag, value]] of [
    [5n, 0x10300n],
    [14n, 1n],
    [0n, 0n],
  ].entries()) {
    file.writeBigUInt64LE(tag ?? 0n, 512 + index * 16);
    file.writeBigUInt64LE(value ?? 0n, 512 + index * 16 + 8);
  }
  file.write(`\0${soname}\0`, 768, 'latin1');
  return file;
}

test('a library is known by its build id, and its version by file name or soname', async () => {
  await inFolder(async (file) => {
    await writeFile(file('libMIOpen.so'), elf('00112233445566778899', 'libMIOpen.so.1'));
    await writeFile(file('libamdhip64.so.5.2.50201'), elf('aabbccdd', 'libamdhip64.so.5'));
    await symlink(file('libamdhip64.so.5.2.50201'), file('libamdhip64.so.5'));
    const [hip, miopen, ...rest] = (await identifyLibraries([file('libMIOpen.so'), file('libamdhip64.so.5')])).toSorted(
      (a, b) => (a.name > b.name ? -1 : 1),
    );
    assert.equal(rest, []);
    assert.equal(
      [hip?.name, hip?.file, hip?.version, hip?.bytes, hip?.id],
      ['libamdhip64.so', 'libamdhip64.so.5.2.50201', '5.2.50201', 1024, 'build-id:aabbccdd'],
    );
    assert.equal([miopen?.name, miopen?.version, miopen?.id], ['libMIOpen.so', '1', 'build-id:00112233445566778899']);
  });
});

test('without a build id the content tells: one changed byte at the end is another library', async () => {
  await inFolder(async (file) => {
    const content = Buffer.alloc(3_000_000, 7);
    await writeFile(file('librocblas.so'), content);
    await copyFile(file('librocblas.so'), file('librocblas.so.0'));
    content[2_999_999] = 8;
    await writeFile(file('librocblas.so.1'), content);
    const key = async (name: string): Promise<string | null> => libraryKey(await identifyLibraries([file(name)]));
    assert.match((await identifyLibraries([file('librocblas.so')]))[0]?.id ?? '', /^sample:[0-9a-f]{64}$/);
    assert.is(
      await key('librocblas.so'),
      await key('librocblas.so.0'),
      'wherever it lies and whatever its version says',
    );
    assert.is.not(await key('librocblas.so'), await key('librocblas.so.1'));
    await truncate(file('librocblas.so'), 2_999_999);
    assert.is.not(await key('librocblas.so'), await key('librocblas.so.0'));
  });
});

test('what is not known is never the same', async () => {
  await inFolder(async (file) => {
    await writeFile(file('libtorch_cpu.so'), elf('ff', 'x'));
    const missing = await identifyLibraries([file('libtorch_cpu.so'), file('libMIOpen.so')]);
    assert.is(missing.find(({ name }) => name === 'libMIOpen.so')?.id, null);
    assert.is(libraryKey(missing), null);
    assert.is(libraryKey([]), null);
  });
});

test("Python's own modules, parts of cuDNN and other people's libraries do not count; hashes of auditwheel do not name", async () => {
  const names = [
    'libtorch_python.so',
    '_ctypes.cpython-311-x86_64-linux-gnu.so',
    'libcudnn_ops_infer.so.8',
    'libc.so.6',
    'libompl.so',
    'libgomp-a34b3233.so.1',
    'libc10_hip.so',
    'libhsa-runtime64.so.1 (deleted)',
    'libopenblasp-r0.3.21.so',
  ];
  const found = await identifyLibraries(names.map((name) => `/nowhere/${name}`));
  assert.equal(
    found.map(({ name }) => name),
    ['libc10_hip.so', 'libgomp.so', 'libhsa-runtime64.so', 'libopenblasp-r0.3.21.so'],
  );
});

test('a cut, an odd and an empty file are no ELF, and still a file', async () => {
  await inFolder(async (file) => {
    await writeFile(file('libomp.so'), elf('ff', 'x').subarray(0, 70));
    await writeFile(file('libgomp.so'), '');
    await writeFile(file('libdnnl.so'), Buffer.alloc(64, 0xff));
    for (const { id } of await identifyLibraries([file('libomp.so'), file('libgomp.so'), file('libdnnl.so')]))
      assert.match(id ?? '', /^sample:/);
  });
});

test('a limit that has passed leaves every library unknown, and ends', async () => {
  const found = await identifyLibraries(['/nowhere/libMIOpen.so'], 0);
  assert.equal(
    found.map(({ id, bytes }) => [id, bytes]),
    [[null, null]],
  );
});

test.run();
