/** `bench attach` and `bench issue` as a person runs them. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMAND, environment, inFolder, type Folder } from '../bench-process.ts';
import { benchHere, type Said } from '../in-process.ts';
import { startGitHub, TOKEN } from '../../github/mock/server.ts';
import { packageRoot } from '../../../harness/machine/installation.ts';
import { skip } from '../../skip.ts';

const test = suite('cli/attach');
const GOLDEN = join(packageRoot(), 'tests', 'golden', 'results-founding-notes');
/** No proxy, no gh, no token of whoever runs the tests. */
const CLEAN = {
  GITHUB_TOKEN: '',
  GH_TOKEN: '',
  GITHUB_API_URL: '',
  HTTP_PROXY: '',
  HTTPS_PROXY: '',
  http_proxy: '',
  https_proxy: '',
  GH_CONFIG_DIR: '/nonexistent',
};

async function withRun(use: (run: string, folder: Folder) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    await cp(GOLDEN, run, { recursive: true });
    await folder.write('run/report.html', '<!doctype html><title>report</title>');
    await use(run, folder);
  });
}

const attach = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> =>
  benchHere(['attach', ...args], { env: { ...CLEAN, ...env } });

test('a dry run prints the comment and the files, as text and as JSON', () =>
  withRun(async (run) => {
    const text = await attach([run, '--issue', 'owner/repo#12', '--dry-run']);
    assert.is(text.code, 0, text.stderr);
    assert.match(text.stdout, /Nothing was sent/);
    assert.match(text.stdout, /<!-- bench-report matrix="conv2d" machine="[0-9a-f]{12}" -->/);
    const json = JSON.parse(
      (await attach([run, '--issue', 'https://github.com/owner/repo/issues/12', '--dry-run', '--json', '--no-files']))
        .stdout,
    );
    assert.is(json.issue, 'owner/repo#12');
    assert.equal(json.files, []);
    assert.ok(json.comment.characters < 60_001 && json.comment.body.length === json.comment.characters);
  }));

const unshare = await execa('unshare', ['-rn', 'true'], { reject: false });
const dryName = 'a dry run works where there is no network at all';
if (unshare.exitCode !== 0) skip(test, import.meta.url, dryName, 'unshare -rn does not work here');
else {
  test(dryName, () =>
    withRun(async (run) => {
      const { exitCode, stdout } = await execa(
        'unshare',
        ['-rn', ...COMMAND, 'attach', run, '--issue', 'owner/repo#12', '--dry-run'],
        { env: environment(CLEAN), extendEnv: false, reject: false, timeout: 300_000 },
      );
      assert.is(exitCode, 0);
      assert.match(stdout, /7 of 14 environments hang/);
    }),
  );
}

test('attached for real to a GitHub on loopback, then again; the token shows nowhere, not even in debug output', () =>
  withRun(async (run) => {
    const github = await startGitHub();
    try {
      const env = {
        GITHUB_TOKEN: TOKEN,
        GITHUB_API_URL: github.api,
        NODE_DEBUG: 'http,net,tls,fetch,undici',
        DEBUG: '*',
      };
      const first = await attach([run, '--issue', 'owner/repo#12', '--json'], env);
      assert.is(first.code, 0, first.stderr);
      assert.is(JSON.parse(first.stdout).comment.action, 'created');
      assert.equal(
        JSON.parse(first.stdout).files.map(({ file }: { file: string }) => file),
        ['report.html', 'results.json'],
      );
      github.fault = () => ({ kind: 'drop', when: 'before' });
      const cut = await attach([run, '--issue', 'owner/repo#12', '--timeout', '1'], env);
      assert.is(cut.code, 3);
      github.fault = () => null;
      const second = await attach([run, '--issue', 'owner/repo#12'], env);
      assert.match(second.stdout, /comment unchanged; 2 files linked, 0 of them sent now, 0 old ones removed/);
      for (const { stdout, stderr } of [first, cut, second]) assert.not.ok(`${stdout}${stderr}`.includes(TOKEN));
      assert.is(github.state.comments.length, 1);
      assert.equal(github.problems, []);
    } finally {
      await github.close();
    }
  }));

test('what is missing is told with a code and a next step', () =>
  withRun(async (run) => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[run, '--issue', 'owner/repo#12'], 'token-missing'],
      [[run, '--issue', 'nonsense', '--dry-run'], 'issue-malformed'],
      [[run, '--issue', 'owner/repo#12', '--dry-run', '--files', 'no-such.html'], 'file-missing'],
      [[run, '--issue', 'owner/repo#12', '--dry-run', '--files', '../secret'], 'file-name-odd'],
      [[run, '--issue', 'owner/repo#12', '--max-wait', 'long'], 'number-malformed'],
      [[join(run, 'nowhere'), '--issue', 'owner/repo#12', '--dry-run'], 'no-run'],
    ];
    for (const [args, code] of cases) {
      const { code: exit, stderr } = await attach(args);
      assert.is(exit, 2, `${code}: ${stderr}`);
      assert.match(stderr, new RegExp(`next: [\\s\\S]*\\(${code}\\)`));
    }
  }));

test('bench issue: refused for a simulated run, else to standard output or a file', () =>
  withRun(async (run, folder) => {
    assert.match((await benchHere(['issue', run])).stderr, /\(simulated-run\)/);
    const shown = await benchHere(['issue', run, '--allow-simulated', '--for', 'miopen']);
    assert.is(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^# SIMULATED: /);
    const written = await benchHere([
      'issue',
      run,
      '--allow-simulated',
      '--for',
      'miopen',
      '--out',
      folder.file('hang.md'),
    ]);
    assert.is(written.stdout, '');
    assert.is(await readFile(folder.file('hang.md'), 'utf8'), shown.stdout);
  }));

test.run();
