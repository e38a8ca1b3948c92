/** A small plan, and a client without pauses, for tests against the mock GitHub. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Bottleneck from 'bottleneck';
import { attach, type Attached } from '../../../harness/github/attach.ts';
import { planAttach, type AttachPlan } from '../../../harness/github/plan.ts';
import { readTarget } from '../../../harness/github/target.ts';
import { packageRoot } from '../../../harness/machine/installation.ts';
import { Results } from '../../../harness/model/results/results.ts';
import { TOKEN } from './server.ts';

const GOLDEN = join(packageRoot(), 'tests', 'golden');

export function goldenResults(name: string): Results {
  return Results.parse(JSON.parse(readFileSync(join(GOLDEN, name, 'results.json'), 'utf8')));
}

const RESULTS = goldenResults('results-founding-notes');

export interface PlanChoice {
  readonly summary?: string;
  /** What stands in the files: another night has other content. */
  readonly night?: string;
  readonly files?: boolean;
  readonly issue?: string;
}

export function planFor(
  api: string,
  { summary = '## 7 of 14 environments hang', night = 'first', files = true, issue = 'owner/repo#12' }: PlanChoice = {},
): AttachPlan {
  const content = (name: string): Buffer => Buffer.from(`${name} of the ${night} night`);
  return planAttach({
    target: readTarget(issue, { option: api, variable: undefined }),
    results: RESULTS,
    summary,
    machineName: null,
    release: files ? { repository: { owner: 'owner', repo: 'repo' }, tag: 'bench-reports' } : null,
    files: files
      ? [
          { name: 'report.html', content: content('report.html'), contentType: 'text/html' },
          { name: 'cells.csv', content: content('cells.csv'), contentType: 'text/csv' },
        ]
      : [],
  });
}

export interface RunChoice {
  readonly limitSeconds?: number;
  readonly maxWaitSeconds?: number;
  readonly onWait?: (seconds: number, why: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** A second of waiting is a millisecond here, and writes follow each other at once. */
export function attachNow(
  plan: AttachPlan,
  { limitSeconds = 100, maxWaitSeconds = 60, onWait = () => {}, environment = {}, token = TOKEN }: RunChoice = {},
): Promise<Attached> {
  return attach(plan, {
    token,
    userAgent: 'bench/test',
    environment,
    limitSeconds,
    maxWaitSeconds,
    onWait,
    second: 1,
    pace: { write: unpaced(), notifications: unpaced() },
  });
}

function unpaced(): Bottleneck.Group {
  return new Bottleneck.Group({ minTime: 0 });
}
