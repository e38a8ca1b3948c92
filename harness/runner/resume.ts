/**
 * Goes on with a run. The order is the protocol: the matrix is compared, the state learns the journal, its torn end is cut, what an earlier
 * harness left running is ended, what was left open is closed, and only then the journal says that the run was resumed.
 */
import { stateOf, type OpenRun } from './begin.ts';
import { endedBy, refuseLingering, refuseRebootLoop } from './left-behind.ts';
import type { MeasureRequest } from './measure-request.ts';
import { changedFiles, refuseOtherProbe } from './probe-watch.ts';
import { redactionFor } from './redaction.ts';
import { recorderOf } from './state/recorder.ts';
import { inOrder } from '../journal/order.ts';
import { replay } from '../journal/reader.ts';
import { cutTornTail } from '../journal/repair.ts';
import { openJournal } from '../journal/writer.ts';
import { bootId, hostInfo } from '../machine/host.ts';
import { knownCells } from '../matrix/space/known-cells.ts';
import { UsageError } from '../model/errors.ts';
import type { JournalEvent, ProbeFingerprint } from '../model/events.ts';
import type { Search } from '../search/search.ts';
import { stillThere, sweepRun } from '../supervisor/left-over.ts';
import { Sessions } from '../verdicts/fold/sessions.ts';

/** `probe`: as it is now; absent where none is run. */
export async function resume(request: MeasureRequest, search: Search, probe?: ProbeFingerprint): Promise<OpenRun> {
  const { folder, hostLost, tool } = request;
  const sessions = await sessionsOf(request);
  const changes = changesOf(request, sessions, probe);
  const state = stateOf(request, search, hostLost === 'retry' ? sessions.resumed : sessions.retriedUpTo);
  const events = replay(folder.journal);
  const unvouched: string[] = [];
  for await (const event of inOrder(events, folder.journal, knownCells(request.matrix))) {
    state.apply(event);
    unvouched.push(...notVouchedFor(event));
  }
  const { finished } = state.answers;
  await cutTornTail(folder.journal, events.summary);
  const runId = sessions.opened?.run ?? folder.name;
  const leftOver = await sweepRun(runId);
  const journal = await openJournal(folder.journal);
  const recorder = recorderOf(journal, state);
  const boot = bootId();
  try {
    for (const ending of state.open.endings(boot)) await recorder.append(ending);
    const gone = endedBy(
      state.left.still,
      (process, left) => (left.bootId === boot ? stillThere(process) : null),
      'it was gone when the run was resumed',
    );
    for (const ended of gone) await recorder.appendDurably(ended);
    refuseLingering(state.left.still, stillThere);
    refuseRebootLoop(state.losses.inARow, hostLost !== undefined);
    await recorder.appendDurably({
      event: 'run-resumed',
      bootId: boot,
      host: redactionFor(request)(hostInfo()),
      ...(hostLost === 'retry' ? { retryHostLost: true } : {}),
      ...(probe === undefined ? {} : { probe }),
      tool,
    });
    for (const text of [...changes, ...unvouched, ...(leftOver === null ? [] : [leftOver])])
      await recorder.append({ event: 'warning', text });
    return { journal, runId, state, finished };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** What differs from the sessions before and is gone on with. Throws NoVerdictError `probe-changed` unless that was accepted. */
function changesOf(
  { folder, tool, acceptChangedProbe = false }: MeasureRequest,
  before: Sessions,
  probe: ProbeFingerprint | undefined,
): readonly string[] {
  const changed = before.probe === null || probe === undefined ? [] : changedFiles(before.probe, probe);
  if (before.probe !== null && probe !== undefined && !acceptChangedProbe)
    refuseOtherProbe(before.probe, probe, folder.path, 'since this run was measured');
  return [
    ...(changed.length === 0
      ? []
      : [
          `The probe was changed between two sessions of this run (${changed.join(', ')}), and going on was asked for: attempts before and after are of two probes.`,
        ]),
    ...(before.tool === tool ? [] : [`This run was begun by ${before.tool} and gone on with by ${tool}.`]),
  ];
}

/** What an earlier session could not vouch for, nobody can now. */
function notVouchedFor(event: JournalEvent): readonly string[] {
  if (event.event !== 'attempt-finished' || event.report.cleanup.notKnown === undefined) return [];
  return [
    `It was not known whether processes of ${event.attempt} were still alive when the run was resumed: ${event.report.cleanup.notKnown}.`,
  ];
}

/** A first reading: which cells a later session tried again has to be known before the search hears of them. */
async function sessionsOf({ folder, matrixHash }: MeasureRequest): Promise<Sessions> {
  const sessions = new Sessions();
  for await (const event of replay(folder.journal)) sessions.apply(event);
  if (sessions.opened?.matrixHash === matrixHash) return sessions;
  throw new UsageError(
    'matrix-changed',
    'matrix.resolved.json is not the matrix that this run was started with',
    'put the file back, or start a new run with the changed matrix',
  );
}
