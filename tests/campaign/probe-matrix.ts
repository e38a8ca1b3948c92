/** Small matrices of misbehaving probes on the CPU. */
import { join } from 'node:path';
import { FIXTURES, type Stage } from './stage.ts';

export interface ProbeMatrix {
  /** Path below tests/fixtures, without ".py". */
  readonly probe: string;
  /** Values of the axis "number"; [1] unless told otherwise. */
  readonly numbers?: readonly number[];
  readonly constants?: Readonly<Record<string, string | number>>;
  readonly isolation?: 'fork' | 'spawn';
  /** Silence that is a hang, in the phases of the probe's own work. Far away unless the probe is one that hangs: a slow machine must not reach it. */
  readonly deadline?: string;
  readonly hardLimit?: string;
  readonly termGrace?: string;
  readonly killWait?: string;
  /** More lines of YAML. */
  readonly more?: string;
}

/** Writes `<name>.yml`; returns its path. Every cell is tried, each once. */
export async function probeMatrix(stage: Stage, name: string, given: ProbeMatrix): Promise<string> {
  const {
    probe,
    numbers = [1],
    constants = {},
    isolation = 'fork',
    deadline = '120s',
    hardLimit = '250s',
    termGrace = '120s',
    killWait = '60s',
    more = '',
  } = given;
  const fixed = Object.entries(constants).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return stage.write(
    `${name}.yml`,
    `schema: 1
name: ${name}
probe: ${join(FIXTURES, `${probe}.py`)}
device: cpu
environments: [{ kind: interpreter, name: here, python: /usr/bin/python3 }]
axes: { number: [${numbers.join(', ')}] }
${fixed.length === 0 ? '' : `constants:\n${fixed.join('\n')}\n`}isolation: ${isolation}
measure: { repeats: 1, verify: false }
watchdog:
  deadlines: { allocate: ${deadline}, first-run: ${deadline}, steady: ${deadline}, verify: ${deadline} }
  hard_limit: ${hardLimit}
  term_grace: ${termGrace}
  kill_wait: ${killWait}
search: { strategy: grid }
${more}`,
  );
}
