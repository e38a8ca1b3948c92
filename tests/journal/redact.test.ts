import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { redactor } from '../../harness/journal/redact.ts';

const test = suite('journal/redact');

test('hides folders in every string, the longest first', () => {
  const redact = redactor([
    { text: '/home/ada', by: '~' },
    { text: '/home/ada/bench', by: '<bench>' },
  ]);
  assert.equal(redact({ stacks: 'File "/home/ada/bench/python-probes/worker.py"', list: ['/home/ada/.pyenv/bin/python3'], count: 2, none: null }), {
    stacks: 'File "<bench>/python-probes/worker.py"',
    list: ['~/.pyenv/bin/python3'],
    count: 2,
    none: null,
  });
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

test.run();
