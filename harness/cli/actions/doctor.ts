/** `bench doctor`: whether this machine can measure, and the command that mends what is in the way. Starts nothing on the card. */
import { printJson, type Io } from '../streams.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import { homedir, hostname } from 'node:os';
import { resolve } from 'node:path';
import { doctorText } from '../text/doctor-text.ts';
import { readGiven } from '../input/read-given.ts';
import { parseDeviceRequest } from '../../devices/choose.ts';
import { machineAt } from '../../devices/machine.ts';
import { examine, exitCodeOf } from '../../doctor/examine.ts';
import { gather, systemPorts } from '../../doctor/gather.ts';
import { readCatalogue } from '../../catalogue/update/user-file.ts';
import { UsageError, type ExitCode } from '../../model/errors.ts';
import { redactor } from '../../model/redact.ts';
import { DEVICE_CHOICES } from '../../model/makers.ts';
import { loadMatrix } from '../../matrix/load.ts';

const NODE_RANGE = '^20.19.0 || >=22.12.0';

/** 0 when it can measure on what was asked for, 3 when not. Throws UsageError `device-unknown`, and for a matrix what `bench run` would throw. */
export async function doctor(matrix: string | undefined, options: DoctorOptions, io: Io): Promise<ExitCode> {
  const device = options.device ?? (matrix === undefined ? 'auto' : await deviceOf(matrix, io));
  const request = parseDeviceRequest(device);
  if (request === null)
    throw new UsageError(
      'device-unknown',
      `there is no device ${device}`,
      `give one of ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address, such as rocm:0000:03:00.0`,
    );
  const ports = systemPorts(resolve('runs'), NODE_RANGE);
  const examination = examine(await gather(request, machineAt('/'), ports));
  // It is made to be pasted into an issue.
  const shown = redactor([{ text: homedir(), by: '~' }], { user: ports.user, host: hostname() })(examination);
  const code = exitCodeOf(examination);
  if (options.json === true) printJson(io, { ...shown, exitCode: code });
  else io.stdout.write(doctorText(shown, io.colours(io.stdout)));
  return code;
}

async function deviceOf(file: string, { env }: Io): Promise<string> {
  return loadMatrix(await readGiven(file, 'matrix'), file, await readCatalogue(env)).device;
}
