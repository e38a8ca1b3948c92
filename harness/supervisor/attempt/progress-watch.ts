/**
 * Looks for progress that a probe does not announce itself: MIOpen's search lines on standard error, a compiler at work below it,
 * a growing kernel cache. CPU time of the probe is no progress: a hang may spin.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { processKey } from '../../model/attempt/attempt.ts';
import { ofEveryMaker } from '../../model/makers.ts';
import { descendants } from '../../machine/processes/family.ts';
import { sizeOfOwn } from '../../machine/files/own-file.ts';
import { TICKS_PER_SECOND } from '../../machine/processes/stat.ts';
import { lastProgressLine } from '../signatures/classify.ts';
import { readPart } from '../output-files.ts';

/** A compiler below the probe, and the CPU seconds that it used between the last two looks. */
export interface LivingCompiler {
  readonly name: string;
  readonly pid: number;
  readonly cpuSeconds: number;
}

export type Progress = { readonly kind: 'search' | 'compile'; readonly text: string };

/** Variables that name the folders which are filled while something compiles or searches. */
const PRIVATE_CACHE_VARIABLES = ofEveryMaker(({ variables }) => Object.keys(variables.folders));
/** Named by the matrix it may be a home's cache, in which every program writes; a private one is the attempt's alone. */
const CACHE_VARIABLES = PRIVATE_CACHE_VARIABLES.filter((name) => name !== 'XDG_CACHE_HOME');
/** Enough for any cache; keeps a look cheap when the variable names a whole home folder. */
const MAX_CACHE_FILES = 5000;
const NAMES = ofEveryMaker(({ compilers }) => compilers).map((name) => name.replaceAll('.', '\\.'));
const COMPILER = new RegExp(`^(?:${NAMES.join('|')})(?:[-.+\\d].*)?$`);
const READ_BYTES = 64 * 1024;

export function isCompiler(name: string): boolean {
  return COMPILER.test(name);
}

/** New progress lines of a growing file. */
export class SearchLines {
  readonly #path: string;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  async look(): Promise<Progress | null> {
    const size = await sizeOfOwn(this.#path);
    if (size === this.#offset) return null;
    if (size < this.#offset) {
      // A flood was cut back to its beginning, whose lines are not new.
      this.#offset = size;
      this.#rest = '';
      return null;
    }
    const from = Math.max(size - READ_BYTES, this.#offset);
    const isAdjacent = from === this.#offset;
    this.#offset = size;
    const text = (isAdjacent ? this.#rest : '') + (await readPart(this.#path, from, size - from));
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end).slice(-4096);
    const line = lastProgressLine(text.slice(0, end));
    return line === null ? null : { kind: 'search', text: line.slice(0, 300) };
  }
}

/** Compilers below a process that have begun, or have used CPU time, since the last look. One that only sleeps is stuck, too. */
export class Compilers {
  #seen = new Map<string, number>();
  /** The busiest one of the last look; null when none lived. */
  living: LivingCompiler | null = null;

  look(pid: number): Progress | null {
    const seen = new Map<string, number>();
    let text: string | null = null;
    this.living = null;
    for (const stat of descendants(pid)) {
      const { name, cpuTicks, pid: child } = stat;
      if (!isCompiler(name)) continue;
      const key = processKey(stat);
      seen.set(key, cpuTicks);
      const before = this.#seen.get(key);
      const cpuSeconds = (cpuTicks - (before ?? 0)) / TICKS_PER_SECOND;
      if (this.living === null || cpuSeconds > this.living.cpuSeconds) this.living = { name, pid: child, cpuSeconds };
      if (before === undefined || cpuTicks > before) text = `${name} is compiling`;
    }
    this.#seen = seen;
    return text === null ? null : { kind: 'compile', text };
  }
}

/** Growth of the cache folders; the first look only measures. */
export class CacheGrowth {
  readonly #folders: readonly string[];
  #before: { files: number; bytes: number } | null = null;

  /** `own`: variables of the attempt alone. `inherited`: those of its worker, where a matrix may have named folders. */
  constructor(own: Readonly<Record<string, string>>, inherited: Readonly<Record<string, string>> = {}) {
    const named = [
      ...PRIVATE_CACHE_VARIABLES.map((name) => own[name]),
      ...CACHE_VARIABLES.map((name) => own[name] ?? inherited[name]),
    ];
    this.#folders = [...new Set(named.filter((path): path is string => path !== undefined && path !== ''))];
  }

  async look(): Promise<Progress | null> {
    if (this.#folders.length === 0) return null;
    const total = { files: 0, bytes: 0 };
    for (const folder of this.#folders) await addUp(folder, total);
    const before = this.#before;
    this.#before = total;
    if (before === null || (total.files <= before.files && total.bytes <= before.bytes)) return null;
    return { kind: 'compile', text: `the kernel cache grew to ${total.files} files, ${total.bytes} bytes` };
  }
}

async function addUp(folder: string, total: { files: number; bytes: number }): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (total.files >= MAX_CACHE_FILES) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await addUp(path, total);
    else {
      total.files += 1;
      total.bytes += await sizeOfOwn(path);
    }
  }
}
