/** Writes evidence.json, the full account of what was seen of an attempt that did not pass, into its folder. */
import { join } from 'node:path';
import type { Evidence } from '../../model/attempt/evidence.ts';
import type { Outcome } from '../../model/outcome.ts';
import { writeAtomically } from '../../machine/files/atomic-file.ts';
import { within } from '../../machine/time.ts';
import type { AttemptWatch } from './attempt-watch.ts';

const WRITE_LIMIT_SECONDS = 2;

export interface EvidenceFile {
  readonly outcome: Outcome;
  readonly evidence: Evidence;
  readonly observer: AttemptWatch;
}

/** Bounded, and silent when the folder cannot be written: the report holds the same evidence. */
export async function saveEvidence(directory: string, { outcome, evidence, observer }: EvidenceFile): Promise<void> {
  const { probeReport, exit } = observer;
  const content = {
    outcome,
    ...evidence,
    channel: {
      garbageLines: probeReport.garbage,
      droppedLines: exit?.dropped ?? 0,
      lie: probeReport.lie,
      done: probeReport.done,
    },
  };
  await within(
    WRITE_LIMIT_SECONDS,
    writeAtomically(join(directory, 'evidence.json'), `${JSON.stringify(content, null, 2)}\n`),
    undefined,
  );
}
