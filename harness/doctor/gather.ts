/** Gathers the doctor's facts. Only looks; every look is given up on after some seconds, so that a sick machine is told of and not waited for. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Facts, Folder } from './facts.ts';
import { SCRAPED } from '../catalogue/rows/built-in.ts';
import { chooseDevice, type DeviceRequest } from '../devices/choose.ts';
import { displayOf } from '../devices/desktop.ts';
import { discover } from '../devices/discover.ts';
import { surveyDevice } from '../devices/survey.ts';
import type { Discovery, FoundDevice, Machine } from '../makers/found.ts';
import { ALL_MAKERS } from '../makers/makers.ts';
import { natureOf } from '../model/makers.ts';
import { findCpython } from '../environments/kinds/wheel/find-cpython.ts';
import { findInterpreter } from '../environments/kinds/interpreter/find-interpreter.ts';
import { readCatalogue } from '../catalogue/update/user-file.ts';
import { cacheFolder, environmentsFolder } from '../environments/kinds/wheel/wheel-plan.ts';
import { NoVerdictError, UsageError } from '../model/errors.ts';
import { kernelLogAt } from '../supervisor/evidence/kernel/kernel-log.ts';
import { runHelper } from '../machine/processes/helper.ts';
import { userName } from '../machine/host.ts';

/** What is not a file of the machine's tree. None of the methods rejects or takes longer than half a minute. */
export interface Ports {
  readonly ambient: Facts['ambient'];
  readonly node: string;
  readonly nodeRange: string;
  readonly uid: number;
  readonly gids: readonly number[];
  readonly user: string;
  /** Folder in which runs are made. */
  readonly runs: string;
  python(): Promise<Facts['python']>;
  wheelPython(): Promise<Facts['wheelPython']>;
  uv(): Promise<string | null>;
  tools(): Promise<Facts['tools']>;
  catalogue(): Promise<Facts['catalogue']>;
  room(path: string): Promise<Folder>;
  kernelLog(): Promise<string | null>;
  /** Number of the group that owns a device file; null when it is not there. */
  groupOf(path: string): Promise<number | null>;
}

const SHARED_FILES = ALL_MAKERS.flatMap(({ sharedFiles = [] }) => sharedFiles);

export async function gather(request: DeviceRequest, machine: Machine, ports: Ports): Promise<Facts> {
  const discovery = await discover(machine);
  const chosen = choose(request, discovery);
  const [
    python,
    wheelPython,
    uv,
    tools,
    catalogue,
    cache,
    runs,
    kernelLog,
    shared,
    renderFiles,
    accounts,
    kernel,
    ptrace,
    inContainer,
    display,
    survey,
  ] = await Promise.all([
    ports.python(),
    ports.wheelPython(),
    ports.uv(),
    ports.tools(),
    ports.catalogue(),
    ports.room(environmentsFolder(ports.ambient)),
    ports.room(ports.runs),
    ports.kernelLog(),
    Promise.all(SHARED_FILES.map(async (path) => [path, await machine.access(path)] as const)),
    renderFilesOf(machine),
    text(machine, '/etc/group'),
    text(machine, '/proc/sys/kernel/osrelease'),
    text(machine, '/proc/sys/kernel/yama/ptrace_scope'),
    isContainer(machine),
    chosen?.pciAddress === null || chosen?.pciAddress === undefined ? null : displayOf(machine, chosen.pciAddress),
    chosen === null ? [] : surveyDevice(machine, chosen, discovery, ports.uid, new Set([process.pid])),
  ]);
  const groups = groupsIn(accounts);
  const owners = await Promise.all(
    [...SHARED_FILES, ...renderFiles.map(({ path }) => path)].map((path) => ports.groupOf(path)),
  );
  const named = (gid: number): string => groups.find((one) => one.gid === gid)?.name ?? String(gid);
  const own = [...new Set(ports.gids)].map(named);
  return {
    wanted: request.kind,
    node: ports.node,
    nodeRange: ports.nodeRange,
    python,
    wheelPython,
    uv,
    cache,
    runs,
    tools,
    ptraceScope: ptrace === '' ? null : Number(ptrace),
    kernelLog,
    kernel: kernel === '' ? null : kernel,
    user: {
      name: ports.user,
      root: ports.uid === 0,
      groups: own,
      pending: groups
        .filter(({ name, members }) => members.includes(ports.user) && !own.includes(name))
        .map(({ name }) => name),
    },
    shared: new Map(shared),
    renderFiles,
    deviceGroups: [...new Set(owners.filter((gid) => gid !== null && gid !== 0).map((gid) => named(gid ?? 0)))],
    inContainer,
    discovery,
    chosen,
    display,
    survey: survey.filter((said) => /the (?:card|compute driver) open/.test(said)),
    ambient: ports.ambient,
    catalogue,
  };
}

function choose({ kind, address }: DeviceRequest, discovery: Discovery): FoundDevice | null {
  if (natureOf(kind) === 'simulation') return null;
  try {
    return chooseDevice(kind, discovery, address);
  } catch (error) {
    if (error instanceof NoVerdictError) return null;
    throw error;
  }
}

async function text(machine: Machine, path: string): Promise<string> {
  const read = await machine.read(path);
  return read.kind === 'text' ? read.text.trim() : '';
}

async function renderFilesOf(machine: Machine): Promise<Facts['renderFiles']> {
  const names = (await machine.list('/dev/dri')).filter((name) => /^renderD\d+$/.test(name));
  return Promise.all(
    names.map(async (name) => ({ path: `/dev/dri/${name}`, access: await machine.access(`/dev/dri/${name}`) })),
  );
}

/** Docker and podman leave a mark each. */
async function isContainer(machine: Machine): Promise<boolean> {
  const marks = await Promise.all(['/.dockerenv', '/run/.containerenv'].map((path) => machine.access(path)));
  return marks.some((access) => access !== 'absent');
}

function groupsIn(
  file: string,
): readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[] {
  return file.split('\n').flatMap((line) => {
    const [name = '', , gid = '', members = ''] = line.split(':');
    return name !== '' && /^\d+$/.test(gid)
      ? [{ name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }]
      : [];
  });
}

const TOOLS = ['py-spy', 'gdb', 'eu-stack'] as const;
const LIMIT_MS = 3000;
/** Two starts of a Python, perhaps from a cold disk of a busy machine: one that is given up on counts as none, and the machine as one that cannot measure. */
const PYTHON_LIMIT_MS = 30_000;
/** What the matrix's `python:` of a wheel is by default. */
const WHEEL_PYTHON = '3.10';
/** The folder may not be there yet: its nearest ancestor counts. */
const ROOM =
  'p=$1; while [ ! -e "$p" ]; do p=$(dirname -- "$p"); done; if [ -d "$p" ] && [ -w "$p" ]; then echo writable; else echo closed; fi; df -Pk -- "$p" | tail -n 1';

/** This process on this machine. */
export function systemPorts(runs: string, nodeRange: string): Ports {
  return {
    ambient: process.env,
    node: process.version,
    nodeRange,
    uid: process.getuid?.() ?? 0,
    gids: [process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])],
    user: userName(),
    runs,
    python: async () => {
      const found = await findInterpreter('python3', { directory: runs }, AbortSignal.timeout(PYTHON_LIMIT_MS));
      if (found.kind === 'unavailable')
        return {
          problem:
            found.reason === 'interrupted' ? 'python3 gave no version in time: does its disk answer?' : found.reason,
        };
      return { version: found.interpreter.version, path: found.interpreter.executable };
    },
    wheelPython: async () => {
      const found = await findCpython(WHEEL_PYTHON, { directory: runs }, AbortSignal.timeout(PYTHON_LIMIT_MS));
      return found.kind === 'found'
        ? { version: found.interpreter.version, path: found.interpreter.executable }
        : { problem: `no CPython ${WHEEL_PYTHON} on PATH, in pyenv's versions or by uv` };
    },
    uv: async () => {
      const own = join(cacheFolder(process.env), 'tools', 'uv', 'bin', 'uv');
      for (const [program, where] of [
        ['uv', ''],
        [own, ', in the cache folder of bench'],
      ] as const) {
        const {
          kind,
          code,
          text: said,
        } = await runHelper(program, ['--version'], { limitMs: LIMIT_MS, encoding: 'utf8' });
        if (kind === 'done' && code === 0) return `${/\d+\.\d+\S*/.exec(said)?.[0] ?? 'of an unknown version'}${where}`;
      }
      return null;
    },
    tools: async () => {
      const { text: said } = await runHelper(
        'sh',
        ['-c', TOOLS.map((name) => `command -v ${name} > /dev/null && echo ${name}`).join('; ')],
        { limitMs: LIMIT_MS, encoding: 'utf8' },
      );
      const here = new Set(said.split('\n'));
      return { 'py-spy': here.has('py-spy'), gdb: here.has('gdb'), 'eu-stack': here.has('eu-stack') };
    },
    catalogue: async () => Promise.race([userCatalogue(), sleep(LIMIT_MS, null, { ref: false })]),
    room: async (path) => {
      const { text: said } = await runHelper('sh', ['-c', ROOM, 'sh', path], { limitMs: LIMIT_MS, encoding: 'utf8' });
      const free = /(?:\s\d+){2}\s+(\d+)\s+\d+%/.exec(said)?.[1];
      // One that did not answer may be writable; its silence is told.
      return { path, writable: !said.startsWith('closed'), freeBytes: free === undefined ? null : Number(free) * 1024 };
    },
    kernelLog: async () => {
      const log = kernelLogAt('/dev/kmsg');
      const lines = await log.since(log.mark());
      return lines.kind === 'lines' ? lines.source : null;
    },
    groupOf: (path) =>
      Promise.race([
        stat(path).then(
          ({ gid }) => gid,
          () => null,
        ),
        sleep(LIMIT_MS, null, { ref: false }),
      ]),
  };
}

async function userCatalogue(): Promise<Facts['catalogue']> {
  try {
    return { wheels: (await readCatalogue(process.env)).wheels.length, asOf: SCRAPED };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { problem: error.message, mend: error.next };
  }
}
