/** Small torch wheels, an index on the loopback, and a harness in a process of its own that can be killed in the middle of a build. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInterpreter } from '../../harness/environments/kinds/interpreter/find-interpreter.ts';
import type { Provisioned, ProvisionOptions } from '../../harness/environments/provisioned.ts';
import type { WheelEnvironment } from '../../harness/environments/kinds/wheel/wheel-plan.ts';

export const never = new AbortController().signal;
export const folder = mkdtempSync(join(tmpdir(), 'bench-build-'));
const found = await findInterpreter('python3', { directory: folder }, never);
if (found.kind === 'unavailable') throw new Error(found.reason);
export const python = found.interpreter.executable;
const minor = found.interpreter.version.split('.').slice(0, 2).join('.');

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'environments');

/** A folder with wheels of torch of these versions for ROCm 0.1, each so many MB of what cannot be packed. */
export function makeWheels(name: string, versions: readonly string[], megabytes = 0): string {
  const wheels = join(folder, name);
  mkdirSync(wheels);
  for (const version of versions)
    execFileSync(python, [
      join(fixtures, 'make_wheel.py'),
      '--megabytes',
      String(megabytes),
      wheels,
      'torch',
      `${version}+rocm0.1`,
    ]);
  return wheels;
}

export function sha256Of(wheels: string): (wheel: string) => string {
  return (file) =>
    createHash('sha256')
      .update(readFileSync(join(wheels, file)))
      .digest('hex');
}

export function wheel(index: string, torch: string, more: Partial<WheelEnvironment> = {}): WheelEnvironment {
  return { kind: 'wheel', name: `torch${torch}`, torch, rocm: '0.1', python: minor, index, env: {}, ...more };
}

export interface Told extends ProvisionOptions {
  readonly told: string[];
}

/** venv and pip, and a cache of its own. Nothing of the caller's package index. */
export function optionsFor(cache: string, provision: ProvisionOptions['provision'] = {}): Told {
  const told: string[] = [];
  const ambient = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, cache),
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
    PIP_FIND_LINKS: '',
  };
  return {
    directory: folder,
    ambient,
    told,
    onProgress: (text) => told.push(text),
    provision: { installer: 'pip', ...provision },
  };
}

export function rootOf(cache: string): string {
  return join(folder, cache, 'bench', 'environments');
}

/** Names in the one folder of the cache whose key begins with this. */
export function contents(cache: string, key = ''): readonly string[] {
  const own = readdirSync(rootOf(cache)).find((name) => name.startsWith(key));
  return own === undefined ? [] : readdirSync(join(rootOf(cache), own)).toSorted();
}

export function torchOf(made: Provisioned): string {
  if (made.kind === 'unavailable') throw new Error(`${made.reason}\n${made.log}`);
  return execFileSync(made.command[0] ?? '', ['-c', 'import torch; print(torch.__version__)'], {
    encoding: 'utf8',
  }).trim();
}

export function reasonOf(made: Provisioned): string {
  if (made.kind === 'ready') throw new Error('it was provided');
  return made.reason;
}

/** Provides `environment` in another process, which then stays and holds it; its lines are what it is told, then "ready" or "unavailable …". */
export function elsewhere(
  environment: WheelEnvironment,
  options: Told,
  wrapper: readonly string[] = [],
): { readonly child: ChildProcess; readonly lines: string[]; line(pattern: RegExp): Promise<string> } {
  const request = join(mkdtempSync(join(folder, 'request-')), 'request.json');
  writeFileSync(
    request,
    JSON.stringify({
      environment,
      options: { directory: options.directory, ambient: options.ambient, provision: options.provision },
    }),
  );
  const [program = process.execPath, ...args] = [
    ...wrapper,
    process.execPath,
    '--import',
    'tsx',
    join(fixtures, 'provide.ts'),
    request,
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let rest = '';
  let isOver = false;
  // Not its exit: what it said may still be on its way then.
  child.once('close', () => {
    isOver = true;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return {
    child,
    lines,
    line: async (pattern) => {
      for (;;) {
        const line = lines.find((one) => pattern.test(one));
        if (line !== undefined) return line;
        if (isOver) throw new Error(`it ended without ${String(pattern)}:\n${lines.join('\n')}`);
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
    },
  };
}
