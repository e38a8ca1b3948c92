/** The beginning of the summary: the answers to a reader's questions, one bullet each. */
import type { Findings } from '../findings/findings.ts';
import { counted, listed, moment } from '../findings/words/numbers.ts';
import type { Row } from '../findings/overview.ts';
import { inline } from './inline.ts';
import { marked } from '../findings/answers/notices.ts';
import { partlyNamed } from '../findings/answers/headline.ts';
import { lineMeans, type BoundaryGroup } from '../findings/answers/boundaries.ts';

const MOST_BOUNDARIES = 4;
/** Characters of a list of names: even if each becomes eight by escaping, the first part fits. */
const MOST_NAMES = 500;

export function answer(findings: Findings): string {
  const { results, shapes, simulated, boundaries: common, acceptance: usable } = findings;
  const usableNames = (wanted: 'yes' | 'no' | 'unknown'): string =>
    inline(
      listed(
        usable.filter((one) => one.usable === wanted).map((one) => one.name),
        20,
      ),
      MOST_NAMES,
    );
  return [
    `## ${marked(simulated, findings.headline.text)}\n`,
    ...findings.notices.map((notice) => `**${inline(notice.text, 500)}**\n`),
    ...findings.nextSteps
      .slice(0, 4)
      .map(
        (one) =>
          `- **Next:** ${inline(one.text, 400)}${one.command === null ? '' : ` Install: ${command(one.command)}`}`,
      ),
    ...bullet(
      'Tested',
      `${inline(results.run.probe, 80)} on ${inline(results.device.name, 80)}${results.device.target === null ? '' : ` (${inline(results.device.target, 40)})`}, ${counted(results.environments.length, 'environment')}, ${counted(findings.cells.total, 'cell')}, run ${inline(results.run.id, 120)} of ${inline(moment(results.run.startedAt), 40)}`,
    ),
    ...(shapes.rowKind === 'setting' ? [] : rowBullets(findings, 'environments')),
    ...(shapes.rowKind === 'environment' ? [] : rowBullets(findings, 'settings')),
    ...failureBullets(findings),
    ...bullet('Hung or slow', findings.hungOrSlow.map((one) => inline(one.text, 300)).join(' ')),
    ...bullet('Boundary', common.length === 0 ? '' : `${commonest(common)}. ${lineMeans(findings)}`),
    ...bullet(
      'Card or software',
      (findings.cardOrSoftware?.statements ?? []).map((one) => inline(one.text, 400)).join(' '),
    ),
    ...bullet('How sure', findings.certainty.map((one) => inline(one.text, 400)).join(' ')),
    ...bullet('Not tested', findings.notTested.map((one) => inline(one.text, 300)).join('; ')),
    ...bullet('Usable', usableNames('yes')),
    ...bullet('Not usable', usableNames('no')),
    ...bullet('Usable or not is not known', usableNames('unknown')),
  ].join('\n');
}

/** A code span where nothing in it could end the span. */
function command(text: string): string {
  return /^[\w .=:/+-]+$/.test(text) ? `\`${text}\`` : inline(text, 300);
}

function rowBullets(findings: Findings, of: 'settings' | 'environments'): string[] {
  const names = (state: Row['state']): string => inline(listed(partlyNamed(findings, of, state), 20), MOST_NAMES);
  const [kind, suffix] =
    of === 'settings'
      ? ['Settings', findings.shapes.rowKind === 'pair' ? ' (settings)' : '']
      : ['Versions', findings.shapes.rowKind === 'pair' ? ' (versions)' : ''];
  return [
    ...bullet(`${kind} that ${findings.words.verb}`, names('bad') || 'none'),
    ...bullet(`Flaky${suffix}`, names('flaky')),
    ...bullet(`Fail otherwise${suffix}`, names('failed')),
    ...bullet(`Pass${suffix}`, names('good')),
    ...bullet(`Not known${suffix}`, names('open')),
  ];
}

function failureBullets({ otherFailures: other, messages: { shown, left } }: Findings): string[] {
  return [
    ...bullet('Failures', other === null ? '' : inline(other.text, 400)),
    ...shown.map(({ text, attempts }) => `- ${counted(attempts, 'attempt')}: ${inline(text, 260)}`),
    ...(left > 0 ? [`- ${counted(left, 'more message')} in attempts.csv`] : []),
  ];
}

function bullet(label: string, text: string): string[] {
  return text === '' ? [] : [`- **${label}:** ${text}`];
}

/** The commonest in words; the folded table names every line. */
function commonest(common: readonly BoundaryGroup[]): string {
  const left = common.slice(MOST_BOUNDARIES).reduce((sum, group) => sum + group.lines, 0);
  const said = common
    .slice(0, MOST_BOUNDARIES)
    .map((group) => `${inline(group.words, 160)} (${counted(group.lines, 'line')})`);
  return [...said, ...(left > 0 ? [`${counted(left, 'more line')} in the table`] : [])].join('; ');
}
