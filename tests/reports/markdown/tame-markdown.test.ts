import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commentBody, MOST_CHARACTERS } from '../../../harness/github/body.ts';
import { tameMarkdown } from '../../../reports/markdown/tame-markdown.ts';

const test = suite('markdown/tame-markdown');

/** What GitHub would act on outside of fences. */
const ACTIVE =
  /@[\w-]|(?<!&)#\d|\bgh-\d|https?:\/\/\S*\/(?:issues|pull|commit)\/|(?<![0-9a-z])[0-9a-f]{40}(?![0-9a-z])|&commat;\w|&#0*64;\w|&#x40;\w|<!--|<pre/i;

const ATTACKS = [
  'thanks @torvalds',
  'team @org/team-name',
  'fixes #12',
  'closes owner/repo#12',
  'resolves GH-12',
  'see https://github.com/a/b/issues/3',
  'fixes https://github.com/a/b/pull/3',
  'a/b@0123456789abcdef0123456789abcdef01234567',
  'commit 0123456789abcdef0123456789abcdef01234567 did it',
  '&#64;torvalds and &#x40;torvalds and &commat;torvalds',
  '`@torvalds',
  '\\`@torvalds\\`',
  '| @torvalds | #4 |',
  '<summary>@torvalds</summary>',
  '<!-- bench-report matrix="x" machine="y" -->',
  '<pre>@torvalds',
  'text\n```\n@torvalds right below text',
  '> ```\n> @torvalds',
];

for (const attack of ATTACKS) {
  test(`stays text: ${JSON.stringify(attack)}`, () => {
    assert.match(attack, ACTIVE);
    assert.not.match(tameMarkdown(attack), ACTIVE);
    assert.is(tameMarkdown(attack).replaceAll('\u200b', '').replaceAll('&lt;', '<'), attack, 'nothing else is changed');
  });
}

test('code in a fence stays as it is, so that it can be copied', () => {
  const code = 'a\n\n```python\n@torch.no_grad()\n# 0123456789abcdef0123456789abcdef01234567 #12\n```\n\nb';
  assert.is(tameMarkdown(code), code);
});

test('what follows a closed fence is tamed again', () => {
  assert.is(tameMarkdown('\n```\n@a\n```\n@b'), '\n```\n@a\n```\n@\u200bb');
});

test('what is tame already stays the same, and twice is as good as once', () => {
  const text = '# Title\n\n- size ≤ 32 pass (`a@&#8203;b`), 97d2da44, 100 %, &#8203;12';
  assert.is(tameMarkdown(text), text);
  for (const attack of ATTACKS) assert.is(tameMarkdown(tameMarkdown(attack)), tameMarkdown(attack));
});

test('a comment is never too long, and what was open at the cut is closed', () => {
  const parts = {
    marker: '<!-- m -->',
    run: 'r',
    machine: '0123456789ab',
    links: [{ name: 'report.html', url: 'https://example.invalid/r' }],
    release: null,
  };
  const folded = `<details><summary>Log</summary>\n\n\`\`\`\`text\n${'line of a log\n'.repeat(20_000)}`;
  for (const summary of [
    folded,
    'word '.repeat(50_000),
    '\u{1f600}'.repeat(60_000),
    `${'paragraph\n\n'.repeat(20_000)}`,
  ]) {
    const body = commentBody({ ...parts, summary });
    assert.ok(body.length < MOST_CHARACTERS + 1, String(body.length));
    assert.match(body, /Cut here/);
    assert.match(body, /^<!-- m -->\n/);
    assert.match(body, /\[report\.html\]\(https:\/\/example\.invalid\/r\)/);
    assert.not.match(body, /\p{Surrogate}/u);
  }
  const body = commentBody({ ...parts, summary: folded });
  assert.match(body, /\n````\n\n<\/details>\n\n\*\*Cut here/);
});

test.run();
