/**
 * The top of the page: what works, what hangs, where the boundary is, hung or slow, card or software, how sure, what to do next.
 * Each answer says the most important thing first; the rest of it is folded by the page's script where the window is narrow.
 */
import type { Results } from '../../harness/model/results/results.ts';
import { acceptanceOf } from '../findings/acceptance.ts';
import { cardOrSoftware } from '../findings/card-or-software.ts';
import { boundaryIsSetBy } from '../findings/explained.ts';
import { failureMessages } from '../findings/failures.ts';
import { hungOrSlow } from '../findings/hung-or-slow.ts';
import { nextSteps, workingRows } from '../findings/next-steps.ts';
import type { Step } from '../findings/next-steps.ts';
import { count, counted, moment } from '../findings/numbers.ts';
import type { Overview, Row } from '../findings/overview.ts';
import { plainLine } from '../findings/plain-text.ts';
import {
  certainty,
  commonBoundaries,
  headline,
  lineMeans,
  notTested,
  otherFailures,
  partlyNamed,
  runNotices,
} from '../findings/statements.ts';
import type { Statement } from '../findings/statements.ts';
import { html, nothing } from './page/markup.ts';
import type { Content, Markup } from './page/markup.ts';
import { mark } from './page/frame.ts';
import type { Frame } from './page/frame.ts';

const MOST_CHIPS = 24;

export function firstScreen(results: Results, overview: Overview, frame: Frame): Markup {
  const said = headline(results, overview);
  const { description } = results.run;
  const { rowKind } = overview.shapes;
  return html`<header class="top">
<p class="eyebrow">${plainLine(results.run.matrix, 64)} on ${deviceName(results)}, ${moment(results.run.startedAt)}</p>
<h1 class="${said.tone}">${mark(frame)}${said.text}</h1>
${description === '' ? nothing : html`<p class="lead">${plainLine(description, 400)}</p>`}
<p class="lead scope">${scope(results, overview)}; run ${plainLine(results.run.id, 120)}</p>
${runNotices(results).map((notice) => html`<p class="notice ${notice.tone}" role="status">${notice.text}</p>`)}
<dl class="answers">
${answer('What to do next', steps(nextSteps(results, overview)), 'next')}${rowKind === 'setting' ? nothing : versions(results, overview, 'environments')}${rowKind === 'environment' ? nothing : versions(results, overview, 'settings')}${answer('Where the boundary is', whereBoundary(results, overview))}${answer('Hung, or only slow?', list(hungOrSlow(results)))}${cardAnswer(results)}${answer('How sure', list(certainty(results, overview)))}${failures(results, overview)}${answer('Not tested', list(notTested(results, overview)))}${acceptance(results, overview)}</dl>
</header>
`;
}

/** "Radeon RX 5600 XT (gfx1010)". */
export function deviceName(results: Results): string {
  const { name, target } = results.device;
  return `${plainLine(name, 80)}${target === null ? '' : ` (${plainLine(target, 40)})`}`;
}

function answer(question: string, content: Content, className = ''): Markup {
  return html`<div${className === '' ? nothing : html` class="${className}"`}><dt>${question}</dt><dd>${content}</dd></div>
`;
}

/** The first statement stands alone; the others can be folded away on a phone. */
function list(statements: readonly Statement[]): Markup {
  const [first, ...others] = statements.map(({ tone, text }) => html`<li class="say-${tone}">${text}</li>`);
  return first === undefined
    ? nothing
    : shortThenRest(html`<ul>${first}</ul>`, others.length === 0 ? null : html`<ul>${others}</ul>`);
}

function shortThenRest(short: Markup, rest: Markup | null): Markup {
  return rest === null ? short : html`${short}<details class="rest" open><summary>More</summary>${rest}</details>`;
}

function steps(all: readonly Step[]): Markup {
  const [first, ...others] = all.map(
    ({ tone, text, command }) =>
      html`<li class="say-${tone}">${text}${command === null ? nothing : html`<br><code class="command">${command}</code>`}</li>`,
  );
  return first === undefined
    ? nothing
    : shortThenRest(html`<ul>${first}</ul>`, others.length === 0 ? null : html`<ul>${others}</ul>`);
}

/** "7 pass, 7 hang; the newest that passes is …", then every name. */
function versions(results: Results, overview: Overview, of: 'settings' | 'environments'): Markup {
  const { words } = overview;
  const tally = (state: Row['state']): number => overview[of].filter((row) => row.state === state).length;
  const parts = [
    ...(tally('good') > 0 ? [`${count(tally('good'))} ${tally('good') === 1 ? 'passes' : 'pass'}`] : []),
    ...(tally('bad') > 0 ? [`${count(tally('bad'))} ${tally('bad') === 1 ? words.verbOne : words.verb}`] : []),
    ...(tally('flaky') > 0 ? [`${count(tally('flaky'))} flaky`] : []),
    ...(tally('failed') > 0 ? [`${count(tally('failed'))} ${tally('failed') === 1 ? 'fails' : 'fail'} otherwise`] : []),
    ...(tally('open') > 0 ? [`${count(tally('open'))} not known`] : []),
  ];
  const newest = overview.shapes.rowKind === 'environment' ? workingRows(overview).at(-1)?.name : undefined;
  const short = html`<p>${parts.join(', ') || 'None was tested'}${newest === undefined ? nothing : html`; the newest that passes is <strong>${plainLine(newest, 64)}</strong>`}.</p>`;
  return answer(
    of === 'settings' ? 'Which settings' : 'Which versions',
    shortThenRest(short, whichRows(results, overview, of)),
    'wide',
  );
}

function scope(results: Results, overview: Overview): string {
  const axes = results.axes
    .map((axis) => `${plainLine(axis.name, 40)} (${counted(axis.values.length, 'value')})`)
    .join(' × ');
  const settings = results.settings.length > 1 ? ` × ${counted(results.settings.length, 'setting')}` : '';
  return `Probe ${plainLine(results.run.probe, 80)}: ${counted(results.environments.length, 'environment')}${settings}${axes === '' ? '' : ` × ${axes}`}, ${counted(overview.cells.total, 'cell')}`;
}

function whichRows(results: Results, overview: Overview, of: 'settings' | 'environments'): Markup {
  const { words } = overview;
  const names = (state: Row['state']): string[] => partlyNamed(overview, results, of, state);
  return html`<ul>${chips(names('bad').length === 1 ? upper(words.verbOne) : upper(words.verb), names('bad'), 'bad')}${chips('Flaky', names('flaky'), 'flaky')}${chips('Fail otherwise', names('failed'), 'failed')}${chips('Pass', names('good'), 'good')}${chips('Not known', names('open'), '')}</ul>`;
}

/** Failures that are not bad, and what all failed attempts said. */
function failures(results: Results, overview: Overview): Markup {
  const other = otherFailures(overview);
  const { shown, left } = failureMessages(results);
  if (other === null && shown.length === 0) return nothing;
  const said = shown.map(({ text, attempts }): Statement => ({
    tone: 'plain',
    text: `${counted(attempts, 'attempt')}: ${text}`,
  }));
  const more: Statement[] =
    left > 0 ? [{ tone: 'plain', text: `${counted(left, 'more message')} in attempts.csv` }] : [];
  return answer('Failures', list([...(other === null ? [] : [other]), ...said, ...more]));
}

function cardAnswer(results: Results): Markup {
  const said = cardOrSoftware(results);
  return said === null ? nothing : answer('Is it the card or the software?', list(said.statements));
}

function whereBoundary(results: Results, overview: Overview): Content {
  if (results.searchAxis === null) return 'This matrix has no search axis: each cell stands for itself.';
  const common = commonBoundaries(results, overview);
  const { lines, shapes } = overview;
  if (common.length === 0)
    return lines.allGood === lines.total
      ? `None: every line passes up to its largest ${plainLine(shapes.axisName ?? 'value', 40)}.`
      : 'No boundary was found on any line.';
  const setBy = boundaryIsSetBy(results);
  const rest = common.slice(4).reduce((sum, group) => sum + group.lines, 0);
  const [first, ...others] = common
    .slice(0, 4)
    .map((group) => html`<li><span class="group">${group.words}</span>: ${counted(group.lines, 'line')}</li>`);
  const more = html`<ul>${others}${rest > 0 ? html`<li>other boundaries: ${counted(rest, 'line')}</li>` : nothing}${lines.allGood > 0 ? html`<li>passes at every ${plainLine(shapes.axisName ?? 'value', 40)}: ${counted(lines.allGood, 'line')}</li>` : nothing}<li class="note">${lineMeans(overview)}</li>${setBy === null ? nothing : html`<li><a href="#explanations">What sets it</a>: ${plainLine(setBy, 240)}</li>`}</ul>`;
  return shortThenRest(html`<ul>${first ?? nothing}</ul>`, more);
}

function acceptance(results: Results, overview: Overview): Markup {
  const all = acceptanceOf(results, overview);
  if (all.length === 0) return nothing;
  const named = (usable: 'yes' | 'no' | 'unknown'): string[] =>
    all.filter((one) => one.usable === usable).map((one) => plainLine(one.name, 64));
  return answer(
    'Usable (meets what the matrix expects)',
    html`<ul>${chips('Yes', named('yes'), 'good')}${chips('No', named('no'), 'bad')}${chips('Not known', named('unknown'), '')}</ul>`,
    'wide',
  );
}

function chips(label: string, names: readonly string[], className: string): Markup {
  if (names.length === 0) return nothing;
  const rest = names.length - MOST_CHIPS;
  return html`<li><span class="group">${label}</span> ${names.slice(0, MOST_CHIPS).map((name) => html`<span class="chip ${className}">${name}</span> `)}${rest > 0 ? `and ${count(rest)} more` : ''}</li>`;
}

function upper(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
