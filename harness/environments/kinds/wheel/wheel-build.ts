/**
 * Installs a wheel into a fresh virtual environment.
 * A virtual environment cannot be moved, so a build is not renamed into place: every build gets a folder of its own, and a marker
 * that names it is renamed into place when it is complete. What no marker names is rubbish, whoever left it and however.
 * Downloads of a build that broke off are kept for the next try, in its own folder; a finished build removes them.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildEnvironment } from '../../base-environment.ts';
import { runCommand, type Command } from '../../../machine/processes/bounded-command.ts';
import { findUv } from './find-uv.ts';
import { diskUse, MARKER } from '../../store/kept-environments.ts';
import { INTERRUPTED, unavailable, type ProvisionOptions, type Unavailable } from '../../provisioned.ts';
import { download, type DownloadOptions, type RemoteFile } from '../../../machine/http/download.ts';
import { explainFailure } from './wheel-failure.ts';
import type { Looked } from './wheel-link.ts';
import { withoutSecrets } from '../../../catalogue/address.ts';
import { withHttp } from '../../../machine/http/client.ts';
import type { WheelPlan } from './wheel-plan.ts';
import { lastPart } from '../../../model/redact.ts';
import { humanBytes } from '../../../matrix/file/disk-size.ts';
import { sweepMarked } from '../../../machine/processes/sweep-marked.ts';

/** A ROCm wheel is 1 to 5 GB; a slow line needs its time. */
const BUILD_LIMIT_SECONDS = 2 * 3600;
const LOG_TAIL = 4000;
/** What is left of a disk after a build that did not fit was removed from it. */
const FULL_BYTES = 32e6;

const LOG = 'build.log';
const DOWNLOADS = 'downloads';

type Program = readonly [program: string, ...args: string[]];

/** Builds in `folder`, which the caller has locked, and leaves the marker; null when it stands. */
export async function buildWheel(
  plan: WheelPlan,
  { link, trouble }: Looked,
  folder: string,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Unavailable | null> {
  const began = performance.now();
  // Whoever carries the mark while we hold the lock was started by a harness that is dead.
  const mark = { BENCH_BUILD: plan.key };
  await sweepMarked(`BENCH_BUILD=${plan.key}`);
  await clearUnfinished(folder);
  const log = join(folder, LOG);
  const uv = options.provision?.installer === 'pip' ? null : await findUv(plan.interpreter, options, signal);
  if (uv === null && options.provision?.installer === 'uv')
    return unavailable(
      `there is no uv on PATH and it could not be fetched as a package: install it, or set provision.installer to "auto" or "pip"`,
    );
  if (trouble !== null) await writeFile(log, `The page of torch was not read: ${trouble}\n`, { flag: 'a' });
  const fetched = link === null ? null : await fetchWheel(plan, link, folder, options, signal);
  if (fetched?.kind === 'unavailable') return fetched;
  const venv = await mkdtemp(join(folder, 'venv-'));
  let isDone = false;
  try {
    const constraints = join(folder, 'constraints.txt');
    await writeFile(constraints, plan.constraints.map((line) => `${line}\n`).join(''));
    const env = { ...buildEnvironment(options.ambient ?? process.env, plan.index === null), ...mark };
    const place = {
      venv,
      constraints,
      cache: join(folder, DOWNLOADS, 'cache'),
      wheel: fetched?.path ?? null,
      hashed: await hashedRequirement(plan, folder),
    };
    const programs = uv === null ? withPip(plan, place) : withUv(uv, plan, place);
    const deadline = performance.now() + BUILD_LIMIT_SECONDS * 1000;
    options.onProgress?.(
      fetched === null
        ? `fetching and unpacking ${plan.requirement} and what it needs, by ${uv === null ? 'pip' : 'uv'}`
        : `${plan.requirement}: all here; unpacking it and fetching what it needs`,
    );
    for (const [program, ...args] of programs) {
      const limitSeconds = Math.max(0, (deadline - performance.now()) / 1000);
      const failure = await step({ program, args, env, limitSeconds, signal }, log);
      if (failure === null) continue;
      if (signal.aborted) return unavailable(INTERRUPTED);
      // A file that no checksum vouches for may be what is wrong.
      if (place.wheel !== null && plan.sha256 === null && link?.sha256 === null) await rm(place.wheel, { force: true });
      return await failed(plan, folder, failure, place.wheel !== null);
    }
    await rm(join(folder, DOWNLOADS), { recursive: true, force: true, maxRetries: 3 });
    await leaveMarker(plan, folder, venv, {
      installer: uv === null ? 'pip' : 'uv',
      seconds: Math.round((performance.now() - began) / 100) / 10,
    });
    isDone = true;
    return null;
  } finally {
    if (!isDone) await rm(venv, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The end of the build's log; '' when there is none. */
export async function logTail(folder: string): Promise<string> {
  return lastPart((await wholeLog(folder)).trimEnd(), LOG_TAIL);
}

async function wholeLog(folder: string): Promise<string> {
  return withoutSecrets(await readFile(join(folder, LOG), 'utf8').catch(() => ''));
}

/** Everything but downloads that the next try can go on with. */
async function clearUnfinished(folder: string): Promise<void> {
  for (const rubbish of await readdir(folder)) {
    if (rubbish !== DOWNLOADS && rubbish !== 'uses')
      await rm(join(folder, rubbish), { recursive: true, force: true, maxRetries: 3 });
  }
}

type Fetched = { readonly kind: 'file'; readonly path: string } | Unavailable;

/** null: the tool is to try by itself, as it knows certificates that we do not. */
async function fetchWheel(
  plan: WheelPlan,
  link: RemoteFile,
  folder: string,
  { onProgress, ambient = process.env }: ProvisionOptions,
  signal: AbortSignal,
): Promise<Fetched | null> {
  const downloads = join(folder, DOWNLOADS);
  await mkdir(downloads, { recursive: true });
  const path = join(downloads, link.file);
  const whole = link.bytes === null ? '' : ` of ${humanBytes(link.bytes)}`;
  const began = performance.now();
  const options: DownloadOptions = {
    sha256: plan.sha256 === null ? [] : [plan.sha256],
    signal,
    onProgress: (bytes, from) => {
      const going = bytes === from && from > 0 ? 'going on after ' : '';
      onProgress?.(
        `${link.file}: ${going}${humanBytes(bytes)}${whole}${timeLeft(link.bytes, bytes, bytes - from, performance.now() - began)}`,
      );
    },
  };
  const done = await withHttp(ambient, (http) => download(http, link, path, options));
  if (done.kind === 'whole') return { kind: 'file', path };
  if (signal.aborted) return unavailable(INTERRUPTED);
  if (done.kind === 'wrong')
    return unavailable(
      `cannot install ${plan.requirement}: ${done.why}; it was thrown away: somebody serves another file under this name`,
    );
  await writeFile(join(folder, LOG), `${link.file} was not fetched: ${done.why}\n`, { flag: 'a' });
  return null;
}

/** At the pace so far, in words; '' where nobody can tell. */
function timeLeft(whole: number | null, bytes: number, arrived: number, milliseconds: number): string {
  if (whole === null || arrived <= 0 || milliseconds < 1000) return '';
  const seconds = (whole - bytes) / (arrived / (milliseconds / 1000));
  return seconds < 90 ? `, about ${Math.ceil(seconds)} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}

/** A requirements file with the checksum, for a tool that fetches the wheel itself; null when none is known. */
async function hashedRequirement({ requirement, sha256 }: WheelPlan, folder: string): Promise<string | null> {
  if (sha256 === null) return null;
  const file = join(folder, 'hashed.txt');
  await writeFile(file, `${requirement} --hash=sha256:${sha256}\n`);
  return file;
}

interface InstallPaths {
  readonly venv: string;
  readonly constraints: string;
  readonly cache: string;
  readonly wheel: string | null;
  readonly hashed: string | null;
}

/** The wheel alone first, where its checksum has to hold: with one checksum given pip asks for those of all. */
function installs(plan: WheelPlan, { wheel, hashed }: InstallPaths): readonly (readonly string[])[] {
  // As an address: pip reads a path with a semicolon as a requirement with a condition.
  if (wheel !== null) return [[pathToFileURL(wheel).href, ...plan.more]];
  return hashed === null
    ? [[plan.requirement, ...plan.more]]
    : [
        ['--no-deps', '--requirement', hashed],
        [plan.requirement, ...plan.more],
      ];
}

function withPip(plan: WheelPlan, place: InstallPaths): Program[] {
  const quiet = ['--no-input', '--cache-dir', place.cache, '--disable-pip-version-check', '--progress-bar', 'off'];
  return [
    [plan.interpreter.executable, '-m', 'venv', place.venv],
    ...installs(plan, place).map((what): Program => [
      join(place.venv, 'bin', 'python'),
      '-m',
      'pip',
      'install',
      ...quiet,
      ...sources(plan),
      ...held(what, place),
      ...what,
    ]),
  ];
}

function withUv(uv: string, plan: WheelPlan, place: InstallPaths): Program[] {
  // uv stops at the first index that knows a name; pip, and so the documented commands, look at all.
  const install = [
    'pip',
    'install',
    '--index-strategy',
    'unsafe-best-match',
    '--cache-dir',
    place.cache,
    '--python',
    join(place.venv, 'bin', 'python'),
  ];
  return [
    [
      uv,
      'venv',
      '--no-project',
      '--allow-existing',
      '--cache-dir',
      place.cache,
      '--python',
      plan.interpreter.executable,
      place.venv,
    ],
    ...installs(plan, place).map((what): Program => [uv, ...install, ...sources(plan), ...held(what, place), ...what]),
  ];
}

function sources({ index, extraIndex }: Pick<WheelPlan, 'index' | 'extraIndex'>): string[] {
  return [
    ...(index === null ? [] : ['--index-url', index]),
    ...(extraIndex === null ? [] : ['--extra-index-url', extraIndex]),
  ];
}

function held(what: readonly string[], { constraints }: InstallPaths): string[] {
  return what.includes('--no-deps') ? [] : ['--constraint', constraints];
}

/** What went wrong, or null. */
async function step(command: Command, log: string): Promise<string | null> {
  await writeFile(log, `$ ${withoutSecrets([command.program, ...command.args].join(' '))}\n`, { flag: 'a' });
  const ended = await runCommand(command, { stdout: log, stderr: log });
  switch (ended.kind) {
    case 'exited':
      return ended.code === 0 ? null : `exit code ${ended.code}`;
    case 'signalled':
      return `died by ${ended.signal}`;
    case 'timed-out':
      return `not done after ${BUILD_LIMIT_SECONDS / 3600} hours`;
    case 'cancelled':
      return INTERRUPTED;
    case 'not-started':
      return `${command.program} did not start (${ended.code})`;
  }
}

async function failed(
  { requirement, index }: WheelPlan,
  folder: string,
  failure: string,
  hasWheel: boolean,
): Promise<Unavailable> {
  const log = await logTail(folder);
  const why = [failure, explainFailure(await wholeLog(folder), hasWheel), await fullDisk(folder, log)]
    .filter((part) => part !== '')
    .join(': ');
  const from = index === null ? 'the package index that pip and uv are configured with' : withoutSecrets(index);
  return unavailable(`cannot install ${requirement} from ${from}: ${why}; the whole log is ${join(folder, LOG)}`, log);
}

/** Some tools say only that something failed. */
async function fullDisk(folder: string, log: string): Promise<string> {
  if (/No space left|Disk quota/i.test(log)) return '';
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL_BYTES ? `the disk is full (${humanBytes(bavail * bsize)} left)` : '';
}

async function leaveMarker(
  plan: WheelPlan,
  folder: string,
  venv: string,
  built: { readonly installer: string; readonly seconds: number },
): Promise<void> {
  const marker = { venv: basename(venv), ...plan, ...built, bytes: await diskUse(folder) };
  const fresh = join(folder, `${MARKER}.new`);
  await writeFile(fresh, `${withoutSecrets(JSON.stringify(marker, null, 2))}\n`, { flush: true });
  await rename(fresh, join(folder, MARKER));
}
