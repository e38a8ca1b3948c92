/**
 * A Python program that runs one convolution and needs nothing but torch. It gives up by itself: the reader's shell must not hang with the card.
 * Pure. Runs on Python 3.7 and torch 1.11 and later.
 */
import type { Convolution } from './convolution.ts';
import { outputSize, shapeLine } from './convolution.ts';
import type { Variables } from '../../reports/findings/variables.ts';

export interface ReproducerParts {
  readonly convolution: Convolution;
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

export function reproducer({ convolution: c, variables, switches, limitSeconds, simulated }: ReproducerParts): string {
  const format = c.layout === 'nhwc' ? 'torch.channels_last' : 'torch.contiguous_format';
  return `${simulated === null ? '' : `# ${simulated}\n`}"""${shapeLine(c).replace('→', ' to ')}

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


def convolution(device):
    faulthandler.dump_traceback_later(LIMIT)
    import torch

    print("torch", torch.__version__, "hip", torch.version.hip, "python", sys.version.split()[0], flush=True)
${switches.map(([name, value]) => `    ${switchLine(name, value)}\n`).join('')}    dtype = torch.${c.dtype}
${c.dtype === 'float16' ? '    if device == "cpu":\n        dtype = torch.float32  # many builds have no float16 convolution for the CPU\n' : ''}    print("device", torch.cuda.get_device_name(0) if device == "cuda" else "cpu", flush=True)

    def make(*shape):
        return torch.rand(shape).to(dtype).contiguous(memory_format=${format}).to(device)

${body(c)}
    if device == "cuda":
        torch.cuda.synchronize()
    print("returned", tuple(result.shape), flush=True)


def main(device):
    with tempfile.TemporaryDirectory() as empty:
        # Empty, so that nothing that was found or compiled earlier is used.
        environment = dict(os.environ, MIOPEN_USER_DB_PATH=empty, MIOPEN_CUSTOM_CACHE_DIR=empty)
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
    chosen = "cpu" if "cpu" in sys.argv[1:2] else "cuda"
    if sys.argv[2:3] == ["child"]:
        convolution(chosen)
    else:
        sys.exit(main(chosen))
`;
}

/** The result is called \`result\`. Gradients run as PyTorch runs them, without the forward pass before. */
function body(c: Convolution): string {
  const input = `${c.batch}, ${c.inChannels}, ${c.height}, ${c.width}`;
  const weight = `${c.outChannels}, ${c.inChannels / c.groups}, ${c.kernelH}, ${c.kernelW}`;
  const [outHeight, outWidth] = outputSize(c);
  const [stride, padding, dilation] = [c.stride, c.padding, c.dilation].map((value) => `[${value}, ${value}]`);
  const lines = [`x = make(${input})`, `w = make(${weight})`];
  if (c.direction === 'forward') {
    return indented([
      ...lines,
      `result = torch.nn.functional.conv2d(x, w, None, ${stride}, ${padding}, ${dilation}, ${c.groups})`,
    ]);
  }
  const data = c.direction === 'backward-data';
  return indented([
    ...lines,
    `g = make(${c.batch}, ${c.outChannels}, ${outHeight}, ${outWidth})`,
    `wanted = [${data ? 'True, False' : 'False, True'}, False]`,
    `result = torch.ops.aten.convolution_backward(g, x, w, None, ${stride}, ${padding}, ${dilation}, False, [0, 0], ${c.groups}, wanted)[${data ? 0 : 1}]`,
  ]);
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
  return lines.map((line) => `    ${line}`).join('\n');
}
