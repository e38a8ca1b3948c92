/**
 * Which probe a run is made with: its file and the modules beside it that it imports, by content. Attempts of two probes must not be mixed
 * in one run without a word, so it is asked again when the run goes on, and at every beginning and end of an attempt.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Recorder } from './state/recorder.ts';
import { NoVerdictError } from '../model/errors.ts';
import type { ProbeFingerprint } from '../model/events.ts';

/** Far more than any probe has; a folder of a whole library beside it must not hold a run up. */
const MOST_FILES = 200;
const MOST_BYTES = 4 * 1024 * 1024;
const DIGITS = 16;

export class ProbeWatch {
  readonly #probe: string;
  readonly #run: string;
  readonly fingerprint: ProbeFingerprint;
  /** Sizes and times of all files when they were last read. */
  #seen: string;

  private constructor(probe: string, run: string, fingerprint: ProbeFingerprint, seen: string) {
    this.#probe = probe;
    this.#run = run;
    this.fingerprint = fingerprint;
    this.#seen = seen;
  }

  /** `probe`, `run`: absolute paths of the probe's file and of the run folder. */
  static async of(probe: string, run: string): Promise<ProbeWatch> {
    const fingerprint = await fingerprintOf(probe);
    return new ProbeWatch(probe, run, fingerprint, await looksOf(probe, fingerprint));
  }

  /** Throws NoVerdictError `probe-changed`. */
  async check(): Promise<void> {
    const looks = await looksOf(this.#probe, this.fingerprint);
    if (looks === this.#seen) return;
    const now = await fingerprintOf(this.#probe);
    refuseOtherProbe(this.fingerprint, now, this.#run, 'while the run was measured');
    this.#seen = looks;
  }

  /** A recorder that takes down no attempt before or after which the probe is another. */
  guarding(recorder: Recorder): Recorder {
    const checked = async (event: { readonly event: string }): Promise<void> => {
      if (event.event === 'attempt-started' || event.event === 'attempt-finished') await this.check();
    };
    return {
      append: async (event) => {
        await checked(event);
        await recorder.append(event);
      },
      appendDurably: async (event) => {
        await checked(event);
        await recorder.appendDurably(event);
      },
    };
  }
}

/** Throws NoVerdictError `probe-changed` where `now` is not `before`. `run`: path of the run folder. */
export function refuseOtherProbe(before: ProbeFingerprint, now: ProbeFingerprint, run: string, when: string): void {
  const changed = changedFiles(before, now);
  if (changed.length === 0) return;
  throw new NoVerdictError(
    'probe-changed',
    `the probe was changed ${when} (${changed.join(', ')}): attempts of two probes are not mixed. What was measured before is whole in ${run}`,
    `put the probe back and go on with: bench run --resume ${run}; or start a new run with the new one; to mix them all the same: bench run --resume ${run} --accept-changed-probe`,
  );
}

/** Names of files that are in one of the two only, or differ. */
export function changedFiles({ files: before }: ProbeFingerprint, { files: now }: ProbeFingerprint): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => before[name] !== now[name]);
}

/** A file that is gone or cannot be read has no digest. */
async function fingerprintOf(probe: string): Promise<ProbeFingerprint> {
  const folder = dirname(probe);
  const files: Record<string, string> = {};
  const open = [basename(probe)];
  for (let name = open.shift(); name !== undefined && Object.keys(files).length < MOST_FILES; name = open.shift()) {
    if (Object.hasOwn(files, name)) continue;
    const text = await textOf(join(folder, name));
    files[name] = text === null ? '' : createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
    for (const module of text === null ? [] : importedBy(text.toString('utf8'))) open.push(...filesOf(folder, module));
  }
  const sorted = Object.fromEntries(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { hash: createHash('sha256').update(JSON.stringify(sorted)).digest('hex'), files: sorted };
}

async function textOf(path: string): Promise<Buffer | null> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= MOST_BYTES ? await readFile(path) : null;
  } catch {
    return null;
  }
}

/** First names of the modules that Python text imports anywhere, in functions too. */
function importedBy(text: string): readonly string[] {
  const lines = text.matchAll(/^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm);
  return [...lines].flatMap(([, from, list = '']) =>
    (from === undefined ? list.split(',') : [from]).flatMap((name) => name.trim().split(/[.\s]/)[0] || []),
  );
}

/** Of a module beside the probe: its file, or all Python files of its package. */
function filesOf(folder: string, module: string): readonly string[] {
  const names = namesIn(folder);
  if (names.includes(`${module}.py`)) return [`${module}.py`];
  return names.includes(module) ? filesBelow(folder, module) : [];
}

function filesBelow(folder: string, name: string, depth = 4): readonly string[] {
  if (depth === 0) return [];
  return readDirectory(join(folder, name)).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(folder, join(name, entry.name), depth - 1)
      : entry.name.endsWith('.py')
        ? [join(name, entry.name)]
        : [],
  );
}

function namesIn(folder: string): readonly string[] {
  return readDirectory(folder).map(({ name }) => name);
}

function readDirectory(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function looksOf(probe: string, { files }: ProbeFingerprint): Promise<string> {
  const looks = Object.keys(files).map(async (name) => {
    const found = await stat(join(dirname(probe), name)).catch(() => null);
    return found === null ? '' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
  });
  return (await Promise.all(looks)).join('\n');
}
