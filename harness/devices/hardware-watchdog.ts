/**
 * /dev/watchdog: once it is open the machine restarts unless it is written to in time. It is for machines that nobody sits at: a card
 * that freezes the host freezes us, the writes stop, and the host comes back; the journal then names the cell.
 *
 * The writes come from a timer of the harness's own event loop and nowhere else: whatever blocks that loop stops them. Every end that runs
 * code of ours (return, throw, process.exit, an uncaught error, the signals below) writes the "magic close" first. SIGKILL, a crash of
 * Node and the kernel's out-of-memory killer do not: then the machine restarts, as it must when the harness may be gone by a fault.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, NoVerdictError } from '../model/errors.ts';
import type { Machine } from '../makers/found.ts';

export interface HardwareWatchdog {
  /** What a person should know while it is open. */
  readonly notice: string;
  /** Disarms it. May be called twice. */
  close(): void;
}

/** What the driver says of a watchdog without opening it. */
interface Facts {
  readonly name: string;
  /** Seconds. */
  readonly timeout: number | null;
  readonly unstoppable: boolean;
}

const DEFAULT = '/dev/watchdog';
const LONGEST_INTERVAL_MS = 1000;
const PINGS_PER_TIMEOUT = 10;
const PING = '\0';
const MAGIC = 'V';
/** These end Node without a word unless they are caught; INT, TERM and HUP are the command's own. */
const DEADLY = ['SIGQUIT', 'SIGUSR2', 'SIGALRM', 'SIGXCPU'] as const;

/**
 * Opens and pings the watchdog that the matrix asks for; null when it asks for none.
 * NoVerdictError `hardware-watchdog` says why it cannot be had: the run was to be guarded and would not be.
 */
export async function armHardwareWatchdog(
  asked: boolean | string | undefined,
  machine: Machine,
): Promise<HardwareWatchdog | null> {
  if (asked === undefined || asked === false) return null;
  const path = asked === true ? DEFAULT : asked;
  const facts = await factsOf(path, machine);
  if (facts.unstoppable) {
    throw refusal(
      `${path} (${facts.name}) cannot be disarmed once it is open (nowayout): the machine would restart after the run`,
      'load its driver with nowayout=0',
    );
  }
  const { descriptor, isDevice } = open(path);
  return new Armed(descriptor, facts, notice(path, facts, isDevice));
}

class Armed implements HardwareWatchdog {
  readonly notice: string;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  #descriptor: number | null;

  constructor(descriptor: number, { timeout }: Facts, text: string) {
    this.notice = text;
    this.#descriptor = descriptor;
    process.once('exit', this.close);
    for (const name of DEADLY) this.#listen(name, () => this.#endBy(name));
    // A stopped harness does not ping: Ctrl-Z would restart the machine.
    this.#listen('SIGTSTP', () =>
      process.stderr.write('Ctrl-Z is ignored while the hardware watchdog is armed: the machine would restart\n'),
    );
    const interval =
      timeout === null ? LONGEST_INTERVAL_MS : Math.min(LONGEST_INTERVAL_MS, (timeout * 1000) / PINGS_PER_TIMEOUT);
    this.#ping();
    this.#timer = setInterval(() => this.#ping(), interval);
    this.#timer.unref();
  }

  readonly close = (): void => {
    if (this.#descriptor === null) return;
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    clearInterval(this.#timer);
    process.off('exit', this.close);
    for (const [name, listener] of this.#listeners) process.off(name, listener);
    try {
      writeSync(descriptor, MAGIC);
    } catch (error) {
      process.stderr.write(
        `the hardware watchdog could not be disarmed, this machine restarts soon: ${String(error)}\n`,
      );
    }
    closeSync(descriptor);
  };

  #listen(name: NodeJS.Signals, listener: () => void): void {
    this.#listeners.set(name, listener);
    process.on(name, listener);
  }

  /** As the signal would have done without us. */
  #endBy(name: NodeJS.Signals): void {
    this.close();
    process.kill(process.pid, name);
  }

  #ping(): void {
    if (this.#descriptor === null) return;
    try {
      writeSync(this.#descriptor, PING);
    } catch (error) {
      // The next ping may get through; if none does the machine restarts, and this is why.
      process.stderr.write(`the hardware watchdog takes no ping: ${String(error)}\n`);
    }
  }
}

/** Without O_CREAT: root would leave a file in /dev that stands in the way of the real device. */
function open(path: string): { readonly descriptor: number; readonly isDevice: boolean } {
  try {
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    return { descriptor, isDevice: fstatSync(descriptor).isCharacterDevice() };
  } catch (error) {
    const [problem, next] = reason(path, codeOf(error) || String(error));
    throw refusal(problem, next, { cause: error });
  }
}

function reason(path: string, code: string): readonly [string, string] {
  switch (code) {
    case 'ENOENT':
      return [
        `${path} is absent: this machine has no watchdog, or its driver is not loaded`,
        'load its driver (sp5100_tco or iTCO_wdt, by the board, softdog anywhere)',
      ];
    case 'EACCES':
    case 'EPERM':
      return [`this user may not open ${path}`, 'give it to a group of yours by a udev rule'];
    case 'EBUSY':
      return [
        `another program has ${path} open`,
        'often it is systemd: set RuntimeWatchdogSec=0 in /etc/systemd/system.conf and reboot; or stop the watchdog daemon',
      ];
    default:
      return [`${path} cannot be opened: ${code}`, 'look for "watchdog" in: journalctl -k'];
  }
}

function refusal(problem: string, next: string, options?: ErrorOptions): NoVerdictError {
  return new NoVerdictError(
    'hardware-watchdog',
    `the matrix asks for a hardware watchdog: ${problem}`,
    `${next}; or take hardware_watchdog out of the matrix`,
    options,
  );
}

function notice(path: string, { name, timeout }: Facts, isDevice: boolean): string {
  if (!isDevice)
    return `${path} is no watchdog device: it is written to like one, but nothing restarts this machine when it freezes`;
  const time = timeout === null ? '' : `, ${timeout} s`;
  return `the hardware watchdog ${path} (${name}${time}) is armed while bench measures: if bench freezes or is killed by SIGKILL, this machine restarts`;
}

/** /dev/watchdog is the first one, which is called watchdog0 in sysfs. */
async function factsOf(path: string, machine: Machine): Promise<Facts> {
  const folder = `/sys/class/watchdog/${path === DEFAULT ? 'watchdog0' : basename(path)}`;
  const none: Facts = { name: 'no description', timeout: null, unstoppable: false };
  if (dirname(path) !== '/dev') return none;
  const { lines, answered } = await machine.lines(
    ['identity', 'timeout', 'nowayout'].map((file) => join(folder, file)),
  );
  // Nobody opens what may not be closed again.
  if (!answered)
    throw refusal(
      `the driver of ${path} does not say whether it can be disarmed once it is open`,
      'reboot, or load its driver anew',
    );
  const at = (file: string): string | undefined => lines.get(join(folder, file));
  const seconds = Number(at('timeout'));
  return {
    name: at('identity') ?? none.name,
    timeout: seconds > 0 ? seconds : null,
    unstoppable: at('nowayout') === '1',
  };
}
