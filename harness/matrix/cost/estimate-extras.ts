/** What a run makes besides the attempts of its search: canaries, controls, and probes that tell explanations apart. */
import type { Cost, Hang } from './cost.ts';
import type { Matrix } from '../file/schema.ts';

export interface Extra {
  readonly kind: 'canaries' | 'controls' | 'explain';
  readonly attempts: { readonly least: number; readonly expected: number; readonly most: number };
  readonly expectedSeconds: number;
  readonly worstSeconds: number;
}

/** Seconds of a pass, of a pass in a fresh process, and of a hang. */
export interface Seconds {
  readonly pass: number;
  readonly fresh: number;
  readonly hang: Hang;
}

/** `search`: what the search itself costs. */
export function extrasOf(matrix: Matrix, search: Cost, seconds: Seconds): readonly Extra[] {
  const parts = [canaries(matrix, search, seconds), controls(matrix, seconds), explain(matrix, seconds)];
  return parts.filter((one) => one !== null);
}

/** One at the start, one after each attempt that failed, and one after so many passes. At worst every one takes all its retries. */
function canaries(
  { health: { canary, every, deadline, cool_down: coolDown, retries } }: Matrix,
  search: Cost,
  { pass, hang }: Seconds,
): Extra | null {
  if (!canary) return null;
  const passes = Math.max(0, search.attempts.expected - search.bad.expected);
  const expected = 1 + search.bad.expected + (every === 0 ? 0 : Math.floor(passes / every));
  const most = 1 + search.attempts.most;
  return {
    kind: 'canaries',
    attempts: { least: 1, expected: Math.round(expected), most: Math.round(most * (1 + retries)) },
    expectedSeconds: expected * pass,
    worstSeconds: most * ((1 + retries) * Math.min(hang.worst, 3 * deadline) + retries * coolDown),
  };
}

/** Each in a fresh process before the first attempt of every environment and setting, and again after the first hang there. */
function controls({ controls: asked, environments, settings }: Matrix, { fresh, hang }: Seconds): Extra | null {
  if (asked.length === 0) return null;
  const units = environments.length * Object.keys(settings).length;
  const once = asked.length * units;
  return {
    kind: 'controls',
    attempts: { least: once, expected: Math.round(1.5 * once), most: 2 * once },
    expectedSeconds: 1.5 * once * fresh,
    worstSeconds: 2 * once * hang.worst,
  };
}

/** Half of them are expected to hang: they lie where explanations disagree. */
function explain({ explain: { probes } }: Matrix, { fresh, hang }: Seconds): Extra | null {
  if (probes === 0) return null;
  return {
    kind: 'explain',
    attempts: { least: 0, expected: probes, most: probes },
    expectedSeconds: (probes / 2) * (fresh + hang.expected),
    worstSeconds: probes * hang.worst,
  };
}
