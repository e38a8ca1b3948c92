/** The matrix as the options of a command change it. What contradicts itself or the matrix is refused. */
import { parseDeviceRequest, type DeviceRequest } from '../../devices/choose.ts';
import { DiskSize } from '../../matrix/file/disk-size.ts';
import { Provision, type Matrix } from '../../matrix/file/schema.ts';
import { UsageError } from '../../model/errors.ts';
import { DEVICE_CHOICES, natureOf } from '../../model/makers.ts';
import { STRATEGIES } from '../../model/strategy.ts';
import { wrongOption } from '../options.ts';

/** What the words of a command choose beside the matrix. */
export interface RunChoices {
  readonly device?: string | undefined;
  readonly model?: string | undefined;
  readonly isolation?: Matrix['isolation'] | undefined;
  readonly search?: Matrix['search']['strategy'] | undefined;
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  readonly slots?: number | undefined;
  readonly includeNoBinary?: boolean | undefined;
  readonly jobs?: number | undefined;
  /** Such as 20GB. */
  readonly maxDisk?: string | undefined;
}

/** Two probes on one real card would decide each other's results. */
export function refuseSlots(slots: number): void {
  if (slots === 1) return;
  throw new UsageError(
    'slots-on-a-card',
    '--slots is for simulated cards: a real card runs one probe at a time',
    'take --slots away, or add --device simulated',
  );
}

export function withOptions(
  matrix: Matrix,
  request: DeviceRequest | null,
  { isolation, search, model, slots = 1, includeNoBinary, jobs, maxDisk }: RunChoices,
): Matrix {
  const device = request?.kind ?? matrix.device;
  const isSimulated = natureOf(device) === 'simulation';
  if (!isSimulated) refuseSlots(slots);
  if (model !== undefined && !isSimulated) {
    throw new UsageError(
      'model-unused',
      '--model is for the simulated card, and this run is for a real one',
      'add --device simulated, or take --model away',
    );
  }
  if (search !== undefined && STRATEGIES[search].alongAxis && matrix.search.axis === null) {
    throw new UsageError(
      'no-search-axis',
      'the matrix has no axis to search along',
      'give it an axis of one numeric parameter, or use --search grid',
    );
  }
  return {
    ...matrix,
    device,
    isolation: isolation ?? matrix.isolation,
    include_no_binary: includeNoBinary ?? matrix.include_no_binary,
    search: { ...matrix.search, strategy: search ?? matrix.search.strategy },
    ...provisionWith(matrix, jobs, maxDisk),
  };
}

export function requested(text: string): DeviceRequest {
  const request = parseDeviceRequest(text);
  if (request !== null) return request;
  throw wrongOption(
    'run',
    'device',
    `"${text}" is none of ${DEVICE_CHOICES.join(', ')}, nor a card such as rocm:0000:03:00.0`,
  );
}

function sizeOf(text: string): number {
  const parsed = DiskSize.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrongOption('run', 'max-disk', parsed.error.issues[0]?.message ?? 'not understood');
}

function provisionWith(
  { provision }: Matrix,
  jobs: number | undefined,
  maxDisk: string | undefined,
): Pick<Matrix, 'provision'> {
  if (jobs === undefined && maxDisk === undefined) return {};
  const given = provision ?? Provision.parse({});
  return {
    provision: { ...given, jobs: jobs ?? given.jobs, ...(maxDisk === undefined ? {} : { max_disk: sizeOf(maxDisk) }) },
  };
}
