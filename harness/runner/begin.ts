/** Begins a run: an identity, a journal and a state in which nothing has happened yet. */
import { randomUUID } from 'node:crypto';
import type { MeasureRequest } from './measure-request.ts';
import { redactionFor } from './redaction.ts';
import { wallWatchdog } from './scaled-deadlines.ts';
import { recorderOf } from './state/recorder.ts';
import { RunState } from './state/run-state.ts';
import { openJournal, type Journal } from '../journal/writer.ts';
import { bootId, hostInfo } from '../machine/host.ts';
import type { ProbeFingerprint } from '../model/events.ts';
import { variablesFor } from '../matrix/space/subject.ts';
import type { Search } from '../search/search.ts';

export interface OpenRun {
  readonly journal: Journal;
  /** In the environment of every process of the run. Two folders of one name must not sweep each other. */
  readonly runId: string;
  readonly state: RunState;
  /** Attempts of earlier sessions that finished with an outcome that counts. */
  readonly finished: number;
}

/** `probe`: absent where none is run. */
export async function begin(request: MeasureRequest, search: Search, probe?: ProbeFingerprint): Promise<OpenRun> {
  const { folder, matrix, matrixHash, device, seed, tool } = request;
  const runId = `${folder.name}-${randomUUID().slice(0, 8)}`;
  const state = stateOf(request, search, -1);
  const journal = await openJournal(folder.journal);
  await recorderOf(journal, state).appendDurably({
    event: 'run-opened',
    schema: 1,
    run: runId,
    tool,
    matrix: matrix.name,
    matrixHash,
    bootId: bootId(),
    device,
    host: redactionFor(request)(hostInfo()),
    seed,
    ...(probe === undefined ? {} : { probe }),
  });
  return { journal, runId, state, finished: 0 };
}

/** `retriedUpTo`: up to which resumption, from 0, the cells that took the machine down are tried again; -1 for none. */
export function stateOf(request: MeasureRequest, search: Search, retriedUpTo: number): RunState {
  const { matrix, card } = request;
  return new RunState({
    search,
    bad: matrix.bad,
    watched: matrix.health.canary,
    watchdog: wallWatchdog(request),
    variables: ({ environment, setting }) => variablesFor(matrix, environment, setting),
    retriedUpTo,
    others: card === null ? [] : [card],
  });
}
