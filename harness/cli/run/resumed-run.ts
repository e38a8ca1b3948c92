/** A run that goes on: the matrix, the device and the seed that it began with, and its folder locked again. */
import { probePath } from './probe-path.ts';
import { refuseSlots } from './run-choices.ts';
import { held, MODEL, sameDevice, type OpenedRun } from './target.ts';
import { lockDevice } from '../../devices/device-lock.ts';
import { replay } from '../../journal/reader.ts';
import { resumeRun, type LockedRun } from '../../journal/run-folder.ts';
import { refuseUnfit } from '../../machine/limits.ts';
import { simulatedCard } from '../../makers/simulated/fate-of.ts';
import { parseModel } from '../../makers/simulated/parse-model.ts';
import { parseResolved, resolvedHash } from '../../matrix/file/resolved.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import { UsageError } from '../../model/errors.ts';
import type { DeviceInfo, JournalEvent } from '../../model/events.ts';
import { natureOf } from '../../model/makers.ts';

/** `accept`: throws where this device will not do. */
export async function resumedRun(
  path: string,
  slots = 1,
  accept: (device: DeviceInfo) => void = () => undefined,
): Promise<OpenedRun> {
  refuseUnfit();
  const folder = await resumeRun(path);
  try {
    const opened = await openingOf(folder.journal);
    const text = await folder.read('matrix.resolved.json');
    if (text === null)
      throw new UsageError(
        'resolved-matrix-missing',
        `${path} has no matrix.resolved.json`,
        'restore it, or start a new run',
      );
    const matrix = parseResolved(text);
    const { device, seed } = opened;
    accept(device);
    const isSimulated = natureOf(device.kind) === 'simulation';
    if (!isSimulated) refuseSlots(slots);
    const model = isSimulated ? await folder.read(MODEL) : null;
    const card = model === null ? null : simulatedCard(parseModel(model, MODEL), seed);
    if (isSimulated && card === null) {
      throw new UsageError(
        'model-missing',
        `${path} has no ${MODEL}, the model of its simulated card`,
        'restore it, or start a new run',
      );
    }
    const probe = probeOf(matrix, folder);
    const target = card === null ? await sameDevice(device, matrix) : { device, deviceVariables: {}, warnings: [] };
    const lock = lockDevice(device, folder.name);
    return {
      folder,
      matrix,
      matrixHash: resolvedHash(text),
      ...held(target, folder, lock),
      card,
      probe,
      directory: folder.path,
      seed,
      resume: true,
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Where a probe was taken away since, what was measured with it is still worth something. */
function probeOf({ probe }: Matrix, folder: LockedRun): string {
  try {
    return probePath(probe, folder.file('matrix.yml'));
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'probe-missing') throw error;
    throw new UsageError(
      'probe-missing',
      `${error.message}. What was measured with it is safe in ${folder.path}`,
      `put it back, then: bench run --resume ${folder.path}; bench judge ${folder.path} works without it`,
      { cause: error },
    );
  }
}

async function openingOf(journal: string): Promise<Extract<JournalEvent, { event: 'run-opened' }>> {
  for await (const event of replay(journal)) {
    if (event.event === 'run-opened') return event;
  }
  throw new UsageError('journal-empty', 'the journal holds no event: the run ended before it began', 'start a new run');
}
