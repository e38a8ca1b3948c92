/** What is taken out of everything that a run records: who measures, and where. */
import { homedir, hostname } from 'node:os';
import type { MeasureRequest } from './measure-request.ts';
import { redactor } from '../model/redact.ts';
import { packageRoot } from '../machine/installation.ts';
import { userName } from '../machine/host.ts';

/** What the journal holds is published with the results; the evidence folder keeps the unredacted texts. */
export function redactionFor({ folder, directory, deviceVariables }: MeasureRequest): ReturnType<typeof redactor> {
  const hidden = [
    { text: packageRoot(), by: '<bench>' },
    { text: folder.path, by: '<run>' },
    { text: directory, by: '<matrix>' },
    { text: homedir(), by: '~' },
    // The UUID by which a card is chosen among several is as good as a serial number.
    ...Object.values(deviceVariables)
      .filter((value) => value.startsWith('GPU-'))
      .map((text) => ({ text, by: '<gpu>' })),
  ];
  return redactor(hidden, { user: userName(), host: hostname() });
}
