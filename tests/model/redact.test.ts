import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lastPart, publicVariables, redactor } from '../../harness/model/redact.ts';

const test = suite('model/redact');

test('hides folders in every string, the longest first', () => {
  const redact = redactor([
    { text: '/home/ada', by: '~' },
    { text: '/home/ada/bench', by: '<bench>' },
  ]);
  assert.equal(
    redact({
      stacks: 'File "/home/ada/bench/python-probes/worker.py"',
      list: ['/home/ada/.pyenv/bin/python3'],
      count: 2,
      none: null,
    }),
    {
      stacks: 'File "<bench>/python-probes/worker.py"',
      list: ['~/.pyenv/bin/python3'],
      count: 2,
      none: null,
    },
  );
});

test('leaves longer names alone', () => {
  const redact = redactor([{ text: '/root', by: '~' }]);
  assert.is(redact('/rootfs /root/x /root'), '/rootfs ~/x ~');
});

test('texts that would match everywhere hide nothing', () => {
  const redact = redactor([
    { text: '', by: '!' },
    { text: '/', by: '!' },
  ]);
  assert.is(redact('/usr/bin'), '/usr/bin');
});

test('special characters in a folder name are plain text', () => {
  assert.is(redactor([{ text: '/a+b (c)', by: '~' }])('/a+b (c)/d $&'), '~/d $&');
});

const none: readonly { readonly text: string; readonly by: string }[] = [];
/** Every kind of text that a result is made of. */
const WORDS = [
  'hang',
  'pass',
  'torch',
  'rocm5.2-torch1.13.1-n1-c16-size42-0a1b2c3d',
  'no root kernel module: torch.backends.cudnn of rocm5.2',
  'gfx1010',
  '0000:03:00.0',
  '1002:731f rev ca, board 1da2:e411',
  'AMD Radeon RX 5600 XT',
  '2026-11-22T03:16:02.000Z',
  '5b0b8f3e-8a0e-4d5c-9a64-4b1a6a2f1c11',
  'the user may not open /dev/kfd',
  'MIOpen(HIP): Warning [SearchForEnvironment] 3 4 5',
  '/usr/lib/libtorch_cpu.so',
];

test('a user or a machine that is called like a word of ours mangles nothing', () => {
  for (const name of [
    'root',
    'torch',
    'hang',
    'pass',
    'gfx1010',
    'kernel',
    'user',
    'rocm5',
    'a',
    '',
    'no',
    'MIOpen',
    '.*',
    '$&',
    'cudnn',
    'size42',
    '3',
  ]) {
    const redact = redactor([{ text: '/home/x', by: '~' }], { user: name, host: name });
    for (const word of WORDS) assert.is(redact(word), word, `${name} in ${word}`);
  }
});

test('a user is hidden where it stands for a person', () => {
  for (const user of ['root', 'torch', 'jane', 'jane.doe', 'j+d']) {
    const redact = redactor(none, { user, host: 'box' });
    assert.is(
      redact(`uid=1000(${user}) ${user}@box:/run/media/${user}/disk user=${user} /tmp/torchinductor_${user}/x`),
      'uid=1000(<user>) <user>@<host>:/run/media/<user>/disk user=<user> /tmp/torchinductor_<user>/x',
    );
  }
});

test('a name that is no word is hidden everywhere, but not inside of a longer one', () => {
  const redact = redactor(none, { user: 'jdoe42', host: 'janes-desktop.lan' });
  assert.is(
    redact('mail for jdoe42 on janes-desktop.lan, janes-desktop and xjdoe42x'),
    'mail for <user> on <host>, <host> and xjdoe42x',
  );
});

test('the machine of a kernel log line is hidden', () => {
  assert.is(
    redactor(none, { user: 'x', host: 'torch' })('Nov 22 03:16:02 torch kernel: amdgpu: torch hung'),
    'Nov 22 03:16:02 <host> kernel: amdgpu: torch hung',
  );
});

test('homes of others, serial numbers and hardware addresses are hidden whoever runs it', () => {
  const redact = redactor(none);
  assert.is(redact('/home/jane/x:/var/home/joe /Users/Ann'), '/home/<user>/x:/var/home/<user> /Users/<user>');
  assert.is(
    redact('Serial Number: A1-B2C3 unique_id=0x1f2e GPU-12345678-1234-1234-1234-123456789abc aa:bb:cc:dd:ee:ff'),
    'Serial Number: <serial> unique_id=<serial> <gpu> <mac>',
  );
  assert.is(redact('serial: no'), 'serial: no');
});

test('tokens and passwords are hidden by their form', () => {
  const redact = redactor(none);
  assert.is(
    redact(
      `Authorization: Bearer abc.def-123= with ghp_${'a1B2'.repeat(9)}, hf_${'Z9'.repeat(10)} and AKIA${'A1'.repeat(8)}`,
    ),
    'Authorization: Bearer <token> with <token>, <token> and <token>',
  );
  assert.is(
    redact('from https://jane:pa55@example.org/simple and redis://:pw@host/0'),
    'from https://<credentials>@example.org/simple and redis://<credentials>@host/0',
  );
  const plain = 'basic block_conv2d_implicit_gemm, ghp_x, https://example.org:8080/a@b, a token of 12 characters';
  assert.is(redact(plain), plain);
});

test('variables of a matrix are published without secrets, by their names or by their form', () => {
  assert.equal(
    publicVariables({
      HF_TOKEN: 'abc',
      API_KEY: null,
      MY_APIKEY: 'x',
      MIOPEN_LOG_LEVEL: '5',
      MONKEY: 'y',
      DB: '/home/jane/db',
      U: `ghp_${'a'.repeat(20)}`,
    }),
    {
      HF_TOKEN: '(not recorded)',
      API_KEY: null,
      MY_APIKEY: '(not recorded)',
      MIOPEN_LOG_LEVEL: '5',
      MONKEY: 'y',
      DB: '/home/<user>/db',
      U: '<token>',
    },
  );
});

test('hiding twice is hiding once', () => {
  const redact = redactor([{ text: '/home/jane', by: '~' }], { user: 'jane', host: 'janes-box' });
  const once = redact('https://a:b@c Authorization: Basic abcd= /home/jane/a /home/joe/b jane@janes-box serial=12');
  assert.is(redact(once), once);
});

test('a cut output begins with no half path', () => {
  assert.is(lastPart('/home/jane/a\nsecond\nthird', 17), 'second\nthird');
  assert.is(lastPart('/home/jane/a\nsecond', 100), '/home/jane/a\nsecond');
  assert.is(lastPart(`x /home/jane/a: ${'y '.repeat(20)}`, 50), `: ${'y '.repeat(20)}`);
});

test.run();
