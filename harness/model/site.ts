/** The kinds of environment, and where cells, health probes and controls run. */

export const ENVIRONMENT_KINDS = ['interpreter', 'wheel', 'container'] as const;

/** One environment under one setting. */
export interface Site {
  readonly environment: string;
  readonly setting: string;
}

/** One text for one site; whatever else an object holds does not matter. */
export function siteKey({ environment, setting }: Site): string {
  return JSON.stringify([environment, setting]);
}
