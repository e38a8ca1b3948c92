/** A simulated card lives faster than the wall clock; its deadlines shrink by the same factor. */
import type { Health, Matrix, Watchdog } from '../matrix/file/schema.ts';
import type { DeviceInfo } from '../model/events.ts';

/** Below this many wall seconds a busy machine would be mistaken for a hang. */
const SHORTEST_DEADLINE = 0.4;
const SHORTEST_GRACE = 0.1;

/**
 * Deadlines in card seconds → wall seconds. Starting and importing are the real interpreter's work and are not scaled.
 * `scale`: wall seconds for each card second, above 0; 1 changes nothing.
 */
export function scaleWatchdog(watchdog: Watchdog, scale: number): Watchdog {
  if (scale === 1) return watchdog;
  const shorter = (seconds: number, floor: number): number => Math.min(seconds, Math.max(floor, seconds * scale));
  const { deadlines, adaptive } = watchdog;
  return {
    ...watchdog,
    deadlines: {
      start: deadlines.start,
      import: deadlines.import,
      device: shorter(deadlines.device, SHORTEST_DEADLINE),
      allocate: shorter(deadlines.allocate, SHORTEST_DEADLINE),
      'first-run': shorter(deadlines['first-run'], SHORTEST_DEADLINE),
      steady: shorter(deadlines.steady, SHORTEST_DEADLINE),
      verify: shorter(deadlines.verify, SHORTEST_DEADLINE),
    },
    hard_limit: shorter(watchdog.hard_limit, 2 * SHORTEST_DEADLINE),
    adaptive: adaptive === false ? false : { ...adaptive, at_least: shorter(adaptive.at_least, SHORTEST_DEADLINE) },
    // How long a kill takes is the kernel's work, not the card's.
    term_grace: shorter(watchdog.term_grace, SHORTEST_GRACE),
  };
}

/** The times of the health checks, in the same way. A cool-down has no shortest time: nothing real cools down. */
export function scaleHealth(health: Health, scale: number): Health {
  if (scale === 1) return health;
  return {
    ...health,
    deadline: Math.min(health.deadline, Math.max(SHORTEST_DEADLINE, health.deadline * scale)),
    cool_down: health.cool_down * scale,
  };
}

/** A health probe is so small that every phase on the device has the one deadline. `watchdog` and `health` in wall seconds. */
export function healthWatchdog(watchdog: Watchdog, { deadline }: Health): Watchdog {
  const { start, import: imports } = watchdog.deadlines;
  return {
    ...watchdog,
    adaptive: false,
    deadlines: {
      start,
      import: imports,
      device: deadline,
      allocate: deadline,
      'first-run': deadline,
      steady: deadline,
      verify: deadline,
    },
    hard_limit: Math.min(watchdog.hard_limit, 4 * deadline + start + imports),
  };
}

/** In wall seconds, as attempts of this device get it. */
export function wallWatchdog({ matrix, device }: Wanted): Watchdog {
  return scaleWatchdog(matrix.watchdog, device.simulation?.timeScale ?? 1);
}

export function wallHealth({ matrix, device }: Wanted): Health {
  return scaleHealth(matrix.health, device.simulation?.timeScale ?? 1);
}

interface Wanted {
  readonly matrix: Matrix;
  readonly device: DeviceInfo;
}
