/**
 * Ctrl-C and friends. The first one stops cleanly: the attempt is killed, the journal closed, the reports written from what was
 * measured. A later one ends at once; the workers notice and end too. npm passes one Ctrl-C on twice, so a repeat within a second is the same one,
 * and so is one that waited with it while this process stood still.
 */
import { setMaxListeners } from 'node:events';
import { ignoresHangUp } from './hang-up.ts';
import { isBusyWithFiles, leave } from '../../machine/leave.ts';
import { StuckThreads } from '../../machine/stuck-threads.ts';
import { ExitCode } from '../../model/errors.ts';

const SAME_KEYSTROKE_MILLISECONDS = 1000;
/** How long one and the same file operation may take once the run is to stop. */
const STUCK_SECONDS = 20;
/** And before anybody asked, until it is told. */
const SILENT_DISK_SECONDS = 60;
const LOOK_MILLISECONDS = 2000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Caught = (typeof SIGNALS)[number];

export interface Interruption {
  /** Aborts with the signal's name as its reason. */
  readonly signal: AbortSignal;
  /** The exit code for the signal that came; null when none did. */
  exitCode(): ExitCode | null;
  /** From now on nothing is left to stop: a first signal is answered by that, and only a second one ends the program. */
  measured(): void;
  release(): void;
}

/** Tells once when a file operation has not come back for `seconds`, and calls `act`. Returns what calls it off. */
function whenStuck(seconds: number, act: (waitsIn: string) => void): () => void {
  const threads = new StuckThreads();
  const timer = setInterval(() => {
    const [waitsIn] = threads.look(seconds);
    if (waitsIn === undefined || !isBusyWithFiles()) return;
    clearInterval(timer);
    act(waitsIn);
  }, LOOK_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The signals that end a run here: under nohup a closed terminal does not. */
function caught(): readonly Caught[] {
  return SIGNALS.filter((name) => name !== 'SIGHUP' || !ignoresHangUp(process.env));
}

/** `say` shows one line to whoever sent the signal; `end` ends the program. */
export function catchSignals(say: (text: string) => void, end: (code: ExitCode) => void = leave): Interruption {
  const controller = new AbortController();
  // Every attempt, worker and wait of a run listens, and there may be 64 of each.
  setMaxListeners(0, controller.signal);
  let isMeasured = false;
  let first: { readonly name: NodeJS.Signals; readonly at: number } | null = null;
  /** Every signal that waited with the first one has been heard. */
  let isHeard = false;
  let callOff = whenStuck(SILENT_DISK_SECONDS, (waitsIn) =>
    say(
      `A disk has not answered for ${SILENT_DISK_SECONDS} s (${waitsIn}): what needs it waits. Ctrl-C ends this within half a minute.`,
    ),
  );
  const listener = (name: NodeJS.Signals): void => {
    const now = performance.now();
    if (first === null) {
      first = { name, at: now };
      say(
        isMeasured
          ? `${name}: measuring is over, the reports are being written. Again to end without them.`
          : `${name}: stopping; what was measured is kept. Again to end at once.`,
      );
      controller.abort(name);
      callOff();
      // A disk that does not answer must not keep the one who asked waiting for ever.
      callOff = whenStuck(STUCK_SECONDS, (waitsIn) => {
        say(
          `A disk does not answer (${waitsIn}, for ${STUCK_SECONDS} s): leaving without what it holds back. What is in the journal is kept; go on with --resume once the disk answers.`,
        );
        end(codeOf(name));
      });
      // The first comes after the events that are read now, the second after those that came meanwhile.
      setImmediate(() =>
        setImmediate(() => {
          isHeard = true;
        }),
      );
    } else if (isHeard && now - first.at > SAME_KEYSTROKE_MILLISECONDS) {
      end(codeOf(name));
    }
  };
  const signals = caught();
  for (const name of signals) process.on(name, listener);
  return {
    signal: controller.signal,
    exitCode: () => (first === null ? null : codeOf(first.name)),
    measured: () => {
      isMeasured = true;
    },
    release: () => {
      callOff();
      for (const name of signals) process.off(name, listener);
    },
  };
}

function codeOf(name: NodeJS.Signals): ExitCode {
  return name === 'SIGINT' ? ExitCode.interrupted : ExitCode.terminated;
}
