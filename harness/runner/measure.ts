/**
 * The measuring step: everything between a locked run folder and a finished journal. It puts the parts together and decides nothing itself:
 * the loop asks, the search chooses, the supervisor kills, the journal remembers, the state knows.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { begin, type OpenRun } from './begin.ts';
import type { Prober } from './executor.ts';
import { DeviceHealth } from './health/device-health.ts';
import { endedBy } from './left-behind.ts';
import { Quiet } from './quiet.ts';
import { runLoop, type LoopEnd } from './loop.ts';
import type { MeasureRequest } from './measure-request.ts';
import type { Observer } from './observer.ts';
import type { PredictingExecutor } from './pool/predicting-executor.ts';
import { ProbeWatch } from './probe-watch.ts';
import { redactionFor } from './redaction.ts';
import { resume } from './resume.ts';
import { runExecutor } from './run-executor.ts';
import { wallHealth } from './scaled-deadlines.ts';
import { recorderOf, type Recorder } from './state/recorder.ts';
import { TwinAnswers } from './twin-answers.ts';
import { bootId } from '../machine/host.ts';
import { enumerate } from '../matrix/space/enumerate.ts';
import { smallestOf } from '../matrix/space/smallest.ts';
import { createSearch } from '../search/create.ts';
import type { Search } from '../search/search.ts';
import { stillThere } from '../supervisor/left-over.ts';

export async function measure(request: MeasureRequest): Promise<LoopEnd> {
  const search = createSearch(request.matrix, enumerate(request.matrix));
  // A simulated card runs no probe.
  const watch = request.card === null ? await ProbeWatch.of(request.probe, request.folder.path) : null;
  const run = await (request.resume ? resume : begin)(request, search, watch?.fingerprint);
  try {
    const observer = request.watch(() => search.progress, run.finished);
    const unguarded = recorderOf(run.journal, run.state, redactionFor(request));
    const recorder = watch?.guarding(unguarded) ?? unguarded;
    for (const text of request.warnings) await recorder.append({ event: 'warning', text });
    const { executor, close } = runExecutor(request, run, { recorder, observer });
    try {
      return await loop(request, run, { search, executor, recorder, observer });
    } finally {
      await close();
      for (const event of endedBy(run.state.left.still, stillThere, 'it ended while the run was ending'))
        await recorder.appendDurably(event);
    }
  } finally {
    await run.journal.close();
  }
}

interface Parts {
  readonly search: Search;
  readonly executor: PredictingExecutor;
  readonly recorder: Recorder;
  readonly observer: Observer;
}

function loop(request: MeasureRequest, run: OpenRun, parts: Parts): Promise<LoopEnd> {
  const { matrix, device, signal } = request;
  const { answers, deadlines, ids, starved } = run.state;
  const quiet = new Quiet({ sleep: abortableSleep });
  return runLoop({
    ...parts,
    answers,
    health: deviceHealth(request, run, parts.executor, parts),
    ...(matrix.same_libraries === 'merge' ? { twins: twinAnswers(request, run, parts) } : {}),
    device,
    limitsFor: (question) => deadlines.limitsFor(question),
    patience: {
      isDue: ({ id }) => starved.has(id),
      // A simulated card takes no core.
      wait: async (stop) => (device.simulation === null ? quiet.wait(stop) : undefined),
    },
    bootId: bootId(),
    slots: request.slots ?? 1,
    newAttemptId: ({ id }) => ids.next(id),
    signal,
  });
}

function deviceHealth(
  request: MeasureRequest,
  { state }: OpenRun,
  prober: Prober,
  { recorder, observer }: Parts,
): DeviceHealth {
  const { matrix, device } = request;
  return new DeviceHealth({
    health: wallHealth(request),
    controls: matrix.controls,
    device,
    environments: matrix.environments.map(({ name }) => name),
    prober,
    recorder,
    observer,
    ids: state.ids,
    memory: state.health,
    known: state.answers.knownPasses,
    warmUp: (cell) => {
      const smallest = smallestOf(enumerate(matrix), cell);
      return smallest === null ? null : { ...smallest, isolation: matrix.isolation };
    },
    passes: () => state.answers.passes,
    bootId: bootId(),
    sleep: abortableSleep,
  });
}

async function abortableSleep(seconds: number, stop: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal: stop }).catch(() => {});
}

function twinAnswers({ matrix }: MeasureRequest, { state }: OpenRun, { executor }: Parts): TwinAnswers {
  return new TwinAnswers({
    enumeration: enumerate(matrix),
    sameAs: (cell, signal) => executor.sameAs(cell, signal),
    told: (cell, isolation) => state.answers.told(cell, isolation),
  });
}
