/**
 * An environment in a container, started by podman or docker. Each worker has a container of its own, removed when it ends (--rm), however it
 * ends: whoever was killed before it could say so is cleaned up after by the next run. No network inside, nothing pulled unless the matrix asks.
 *
 * The worker inside counts processes by numbers of its own; the supervisor finds them by the marker in their environment, and kills by its own
 * numbers. Its event channel is file descriptor 3: podman hands it on, docker cannot, so there it goes through a named pipe.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, buildEnvironment } from '../../base-environment.ts';
import { askCommand, type Answered } from '../../../machine/processes/bounded-command.ts';
import { OWNER_LABEL, sweepContainers } from './container-sweep.ts';
import {
  INTERRUPTED,
  unavailable,
  type ContainerNeeds,
  type Provisioned,
  type ProvisionOptions,
  type WrapMode,
  type Wrapped,
} from '../../provisioned.ts';
import { identityOf } from '../../../machine/processes/read.ts';
import { lastPart } from '../../../model/redact.ts';
import type { Provider } from '../provider.ts';
import type { Environment } from '../../../matrix/kinds/kinds.ts';
import { makerOf } from '../../../makers/makers.ts';
import type { DeviceKind } from '../../../model/makers.ts';

type ContainerEnvironment = Extract<Environment, { kind: 'container' }>;
type Client = 'podman' | 'docker';

const ASK_SECONDS = 30;
/** An image of ROCm is 20 GB and more. */
const PULL_SECONDS = 4 * 3600;
const REMOVE_SECONDS = 15;
const ALONE = ['--network', 'none', '--pull', 'never'];
/** Stacks of a hung process are taken from inside as well. */
const TRACEABLE = ['--cap-add', 'SYS_PTRACE', '--security-opt', 'seccomp=unconfined'];
/** By these the supervisor finds the worker and the run. */
const MARKERS = ['--env', 'BENCH_WORKER', '--env', 'BENCH_RUN'];

type Ask = (program: string, args: readonly string[], limitSeconds?: number) => Promise<Answered>;

export function containerProvider(environment: ContainerEnvironment): Provider {
  const { image } = environment;
  return {
    isBuilt: false,
    provision: (options, signal) => provisionContainer(environment, options, signal),
    availability: async ({ options, signal }) => {
      const found = await findImage(image, options, signal);
      if (found.kind === 'unavailable') return { kind: 'cannot', reason: found.reason };
      return { kind: found.kind === 'here' ? 'ready' : 'to-make' };
    },
    describe: async (options, signal) => {
      const found = await findImage(image, options, signal);
      if (found.kind === 'unavailable') return { kind: 'cannot', reason: found.reason };
      const isHere = found.kind === 'here';
      return {
        kind: 'known',
        lines: [`image ${image}, ${isHere ? 'here already' : `which ${found.client} will pull`}`],
        facts: { image, state: isHere ? 'ready' : 'to-make' },
      };
    },
  };
}

/** Finds the image, or pulls it where the matrix says so; that takes 4 h at most. Starts no container. */
async function provisionContainer(
  environment: ContainerEnvironment,
  options: ProvisionOptions,
  signal: AbortSignal,
): Promise<Provisioned> {
  const { container: needs } = options;
  if (needs === undefined) return unavailable(`${environment.name} is a container, and this command starts none`);
  const env = buildEnvironment(options.ambient ?? process.env);
  const ask = asker(env, signal);
  const { image } = environment;
  const found = await findImage(image, options, signal);
  if (found.kind === 'unavailable') return found;
  const { client } = found;
  await sweepContainers(client, ask);
  if (found.kind === 'to-pull') {
    options.onProgress?.(`pulling ${image}`);
    const pulled = await ask(client, ['pull', fullName(client, image)], PULL_SECONDS);
    if (signal.aborted) return unavailable(INTERRUPTED);
    if (!succeeded(pulled))
      return unavailable(
        `${client} could not pull ${image}: name, network, room on the disk?`,
        lastPart(pulled.stderr.trim(), 4000),
      );
  }
  return {
    kind: 'ready',
    command: [
      client,
      'run',
      '--rm',
      '--interactive',
      ...imageArguments(client, environment, needs),
      environment.python,
    ],
    env: {},
    wrap: (variables, mode = 'worker') => wrapped(client, environment, needs, { variables, mode, env }),
  };
}

type FoundImage = { readonly kind: 'here' | 'to-pull'; readonly client: Client } | ReturnType<typeof unavailable>;

/** Whether the image is here, or may be pulled. Asks the client only. */
async function findImage(image: string, options: ProvisionOptions, signal: AbortSignal): Promise<FoundImage> {
  const ask = asker(buildEnvironment(options.ambient ?? process.env), signal);
  const client = await findClient(options.provision?.client ?? 'auto', ask);
  if (signal.aborted) return unavailable(INTERRUPTED);
  if (client.kind === 'unavailable') return client;
  const { name } = client;
  const there = await ask(name, ['image', 'inspect', '--format', '{{.Id}}', image]);
  if (succeeded(there)) return { kind: 'here', client: name };
  if (options.provision?.pull === 'missing') return { kind: 'to-pull', client: name };
  return unavailable(
    `there is no image ${image} here: ${name} pull ${fullName(name, image)}, or set provision.pull to "missing"`,
    lastPart(there.stderr.trim(), 2000),
  );
}

function asker(env: Record<string, string>, signal: AbortSignal): Ask {
  return (program, args, limitSeconds = ASK_SECONDS) => askCommand({ program, args, env, limitSeconds, signal });
}

/** "rocm/pytorch:tag" is an image of Docker Hub. docker knows that; podman, as it is installed, refuses to pull a name without a registry. */
function fullName(client: Client, image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (client === 'docker' || hasRegistry) return image;
  return rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`;
}

type Found = { readonly kind: 'client'; readonly name: Client } | ReturnType<typeof unavailable>;

async function findClient(wanted: 'auto' | Client, ask: Ask): Promise<Found> {
  const tried: string[] = [];
  let log = '';
  for (const name of wanted === 'auto' ? (['podman', 'docker'] as const) : [wanted]) {
    const answered = await ask(name, ['version', '--format', '{{.Client.Version}}']);
    if (succeeded(answered)) return { kind: 'client', name };
    tried.push(answered.ended.kind === 'not-started' ? `there is no ${name} on PATH` : `${name} does not answer`);
    log ||= lastPart(answered.stderr.trim(), 2000);
  }
  return unavailable(`no container can be started: ${tried.join(', ')}; install podman, or see the log`, log);
}

interface Start {
  readonly variables: Readonly<Record<string, string>>;
  readonly mode: WrapMode;
  /** Of the client. */
  readonly env: Record<string, string>;
}

function wrapped(
  client: Client,
  environment: ContainerEnvironment,
  needs: ContainerNeeds,
  { variables, mode, env }: Start,
): Wrapped {
  const name = `bench-${randomUUID()}`;
  const exchange = mode === 'worker' && needs.exchange !== undefined ? join(needs.exchange, name) : null;
  if (exchange !== null) mkdirSync(exchange, { recursive: true });
  const writable = exchange === null ? needs : { ...needs, write: [...needs.write, exchange] };
  const run = [
    client,
    'run',
    '--rm',
    '--interactive',
    ...(mode === 'terminal' ? ['--tty'] : []),
    '--name',
    name,
    ...imageArguments(client, environment, writable, inside(variables)),
  ];
  const ended = async (): Promise<void> => {
    await remove(client, name, env);
    if (exchange !== null) await rm(exchange, { recursive: true, force: true }).catch(() => undefined);
  };
  if (mode !== 'worker') return { command: [...run], env, ended };
  if (client === 'podman') {
    return {
      command: [...insertBeforeImage(run, environment.image, ['--preserve-fds', '1', ...MARKERS]), environment.python],
      env,
      ended,
      ...(exchange === null ? {} : { exchange }),
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-events-'));
  const pipe = join(folder, 'events');
  const shared = insertBeforeImage(run, environment.image, [...MARKERS, '--volume', `${folder}:${folder}`]);
  // Opened on both ends before anybody waits for the other: a pipe opened for reading and writing never blocks.
  const outside = `mkfifo "$0" && { cat <"$0" >&3 & } && exec 3>&- && exec "$@"`;
  return {
    command: [
      '/bin/sh',
      '-c',
      outside,
      pipe,
      ...shared,
      '/bin/sh',
      '-c',
      'exec 3>"$0"; exec "$@"',
      pipe,
      environment.python,
    ],
    env,
    ...(exchange === null ? {} : { exchange }),
    ended: async () => {
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything after `run` up to the image, itself included. */
function imageArguments(
  client: Client,
  { image }: ContainerEnvironment,
  needs: ContainerNeeds,
  variables: readonly string[] = [],
): readonly string[] {
  const { device, runId, read, write } = needs;
  return [
    ...ALONE,
    '--label',
    `bench.run=${runId}`,
    '--label',
    `${OWNER_LABEL}=${process.pid}:${identityOf(process.pid)?.startTicks ?? 0}`,
    ...cardArguments(device),
    ...TRACEABLE,
    // With a daemon that is root, files of a run would belong to root.
    ...(client === 'docker' && process.getuid?.() !== 0
      ? ['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`]
      : []),
    ...read.flatMap((folder) => ['--volume', `${folder}:${folder}:ro`]),
    ...write.flatMap((folder) => ['--volume', `${folder}:${folder}`]),
    ...variables,
    image,
  ];
}

/** Groups by number: an image need not know their names. */
function cardArguments(device: DeviceKind): readonly string[] {
  const { devices = [], options = [], groupsOf = [] } = makerOf(device).container ?? {};
  const groups = new Set(groupsOf.map(groupOf).filter((group) => group !== null));
  return [
    ...devices.flatMap((path) => ['--device', path]),
    ...options,
    ...[...groups].flatMap((group) => ['--group-add', String(group)]),
  ];
}

function groupOf(path: string): number | null {
  try {
    return statSync(path).gid;
  } catch {
    return null;
  }
}

/** What a probe is given, except what speaks of this machine's own folders and users. */
function inside(variables: Readonly<Record<string, string>>): readonly string[] {
  const base = baseEnvironment();
  const ofHost = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR']);
  return Object.entries(variables).flatMap(([name, value]) =>
    ofHost.has(name) && base[name] === value ? [] : ['--env', `${name}=${value}`],
  );
}

function insertBeforeImage(run: readonly string[], image: string, more: readonly string[]): readonly string[] {
  const at = run.lastIndexOf(image);
  return [...run.slice(0, at), ...more, ...run.slice(at)];
}

/** Gone already in the ordinary case. */
async function remove(client: Client, name: string, env: Record<string, string>): Promise<void> {
  const never = new AbortController().signal;
  await askCommand({
    program: client,
    args: ['rm', '--force', ...(client === 'podman' ? ['--time', '0', '--ignore'] : []), name],
    env,
    limitSeconds: REMOVE_SECONDS,
    signal: never,
  }).catch(() => undefined);
}

function succeeded({ ended }: Answered): boolean {
  return ended.kind === 'exited' && ended.code === 0;
}
