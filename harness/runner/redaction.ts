/** What is taken out of everything that a run records: who measures, and where. */
import { homedir, hostname, userInfo } from 'node:os';
import type { MeasureRequest } from './measure-request.ts';
import { redactor } from '../model/redact.ts';
import { packageRoot } from '../machine/installation.ts';

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

/** Where the user has no entry among the accounts, as in some containers, there is no name to hide. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? '';
  }
}
