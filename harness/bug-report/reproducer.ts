/**
 * The frame of a Python program that runs one operation and needs nothing but torch. It gives up by itself: the reader's shell must not hang with the card.
 * Pure. Runs on Python 3.7 and torch 1.11 and later.
 */
import type { Reproduction } from '../knowledge/knowledge.ts';
import type { Variables } from '../../reports/findings/words/variables.ts';
import { MAKERS, isMakersVariable, type DeviceKind } from '../model/makers.ts';

export interface ReproducerParts {
  readonly device: DeviceKind;
  readonly operation: Reproduction;
  readonly variables: Variables;
  readonly switches: readonly (readonly [string, string | number | boolean])[];
  /** Seconds after which it counts as hung. */
  readonly limitSeconds: number;
  /** Why its result is not one of a real card; null where it is. */
  readonly simulated: string | null;
}

const SWITCHES: Readonly<Record<string, (value: string) => string>> = {
  num_threads: (value) => `torch.set_num_threads(${value})`,
  cudnn_enabled: (value) => `torch.backends.cudnn.enabled = ${value}`,
  cudnn_benchmark: (value) => `torch.backends.cudnn.benchmark = ${value}`,
  cudnn_deterministic: (value) => `torch.backends.cudnn.deterministic = ${value}`,
  cudnn_allow_tf32: (value) => `torch.backends.cudnn.allow_tf32 = ${value}`,
  miopen_immediate: (value) => `torch.backends.miopen.immediate = ${value}`,
};

export function reproducer({
  device,
  operation,
  variables,
  switches,
  limitSeconds,
  simulated,
}: ReproducerParts): string {
  const { name: suspect, setup, lines } = operation.program;
  // One that was simulated, or is no card: the program is for a card all the same.
  const { torchDevice, variables: own } = MAKERS[MAKERS[device].nature === 'card' ? device : 'rocm'];
  const caches = Object.keys(own.folders).filter(isMakersVariable);
  return `${simulated === null ? '' : `# ${simulated}\n`}"""${operation.shape.replace('→', ' to ')}

Needs torch alone. Save it as repro.py and run: python3 repro.py
It gives up after ${limitSeconds} s and prints where Python stood, so your shell does not hang; the card may need a reset or a reboot.
Exit code 0: it returned. 124: it hung. Anything else: it failed in another way. "python3 repro.py cpu" tries this file without a card.
"""
import faulthandler
import os
import subprocess
import sys
import tempfile

LIMIT = ${limitSeconds}
# Set before the process starts; None is taken away.
VARIABLES = {${variables.map(([name, value]) => `${JSON.stringify(name)}: ${value === null ? 'None' : JSON.stringify(value)}`).join(', ')}}


def ${suspect}(device):
    faulthandler.dump_traceback_later(LIMIT)
    import torch

    print("torch", torch.__version__, "hip", torch.version.hip, "python", sys.version.split()[0], flush=True)
${switches.map(([name, value]) => `    ${switchLine(name, value)}\n`).join('')}${indented(setup)}
    print("device", torch.${torchDevice}.get_device_name(0) if device == "${torchDevice}" else "cpu", flush=True)
${indented(lines)}
    if device == "${torchDevice}":
        torch.${torchDevice}.synchronize()
    print("returned", tuple(result.shape), flush=True)


def main(device):
    with tempfile.TemporaryDirectory() as empty:
        # Empty, so that nothing that was found or compiled earlier is used.
        environment = dict(os.environ, ${caches.map((name) => `${name}=empty`).join(', ')})
        for name, value in VARIABLES.items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        child = subprocess.Popen([sys.executable, os.path.abspath(__file__), device, "child"], env=environment)
        try:
            return child.wait(LIMIT + 15)
        except subprocess.TimeoutExpired:
            child.kill()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            print("process %d survives SIGKILL (state D?)" % child.pid, flush=True)
        print("HANG: no result within %d s" % LIMIT, flush=True)
        return 124


if __name__ == "__main__":
    chosen = "cpu" if "cpu" in sys.argv[1:2] else "${torchDevice}"
    if sys.argv[2:3] == ["child"]:
        ${suspect}(chosen)
    else:
        sys.exit(main(chosen))
`;
}

function switchLine(name: string, value: string | number | boolean): string {
  const known = SWITCHES[name];
  const text =
    typeof value === 'boolean'
      ? value
        ? 'True'
        : 'False'
      : typeof value === 'number'
        ? String(value)
        : JSON.stringify(value);
  return known === undefined ? `# the run also had the switch ${JSON.stringify(name)} = ${text}` : known(text);
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n');
}
