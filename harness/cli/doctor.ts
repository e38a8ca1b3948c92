/** `bench doctor`: whether this machine can measure, and the command that mends what is in the way. Starts nothing on the card. */
import { homedir, hostname } from 'node:os';
import { resolve } from 'node:path';
import { doctorText } from './doctor-text.ts';
import { palette, wantsColour } from './palette.ts';
import { parseDeviceRequest } from '../devices/choose.ts';
import { machineAt } from '../devices/machine.ts';
import { examine, exitCodeOf } from '../doctor/examine.ts';
import { gather, systemPorts } from '../doctor/gather.ts';
import { UsageError, type ExitCode } from '../errors.ts';
import { redactor } from '../journal/redact.ts';
import { DEVICE_CHOICES } from '../matrix/choices.ts';

const NODE_RANGE = '^20.19.0 || >=22.12.0';

/** 0 when it can measure on what was asked for, 3 when not. Throws UsageError `device-unknown`. */
export async function doctorCommand({ device = 'auto', json = false, color = true }: { readonly device?: string; readonly json?: boolean; readonly color?: boolean }): Promise<ExitCode> {
  const request = parseDeviceRequest(device);
  if (request === null) throw new UsageError('device-unknown', `there is no device ${device}`, `give one of ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address, such as rocm:0000:03:00.0`);
  const ports = systemPorts(resolve('runs'), NODE_RANGE);
  const examination = examine(await gather(request, machineAt('/'), ports));
  // It is made to be pasted into an issue.
  const shown = redactor([{ text: homedir(), by: '~' }], { user: ports.user, host: hostname() })(examination);
  const code = exitCodeOf(examination);
  process.stdout.write(json ? `${JSON.stringify({ ...shown, exitCode: code }, null, 2)}\n` : doctorText(shown, palette(wantsColour(process.stdout, process.env, color))));
  return code;
}
