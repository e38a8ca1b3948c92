/** The top of the page: what was tested, what hangs, where, how sure, and what was left out. */
import type { Results } from '../../harness/verdicts/results.ts';
import { acceptanceOf } from '../findings/acceptance.ts';
import { cardOrSoftware } from '../findings/card-or-software.ts';
import { failureMessages } from '../findings/failures.ts';
import { count, counted, moment } from '../findings/numbers.ts';
import type { Overview, Row } from '../findings/overview.ts';
import { plainLine } from '../findings/plain-text.ts';
import { certainty, commonBoundaries, headline, notTested, otherFailures, partlyNamed, runNotices } from '../findings/statements.ts';
import type { Statement } from '../findings/statements.ts';
import { html, nothing } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import { mark } from './page-frame.ts';
import type { Frame } from './page-frame.ts';

const MOST_CHIPS = 24;

export function firstScreen(results: Results, overview: Overview, frame: Frame): Markup {
  const said = headline(results, overview);
  const { description } = results.run;
  return html`<header class="top">
<p class="eyebrow">${plainLine(results.run.matrix, 64)} on ${deviceName(results)}</p>
<h1 class="${said.tone}">${mark(frame)}${said.text}</h1>
${description === '' ? nothing : html`<p class="lead">${plainLine(description, 400)}</p>`}
${runNotices(results).map((notice) => html`<p class="notice ${notice.tone}" role="status">${notice.text}</p>`)}
<dl class="answers">
${overview.shapes.rowKind === 'setting' ? nothing : answer('Which versions', whichRows(results, overview, 'environments'), true)}${overview.shapes.rowKind === 'environment' ? nothing : answer('Which settings', whichRows(results, overview, 'settings'), true)}${failures(results, overview)}
${answer('Tested', html`${scope(results, overview)}<br><span class="eyebrow">${moment(results.run.startedAt)}, run ${plainLine(results.run.id, 120)}</span>`)}
${cardAnswer(results)}${answer('Where the boundary is', whereBoundary(results, overview))}
${answer('How sure', list(certainty(results, overview)))}
${answer('Not tested', list(notTested(results, overview)))}
${acceptance(results, overview)}</dl>
</header>
`;
}

/** "Radeon RX 5600 XT (gfx1010)". */
export function deviceName(results: Results): string {
  const { name, target } = results.device;
  return `${plainLine(name, 80)}${target === null ? '' : ` (${plainLine(target, 40)})`}`;
}

function answer(question: string, content: Content, wide = false): Markup {
  return html`<div${wide ? html` class="wide"` : nothing}><dt>${question}</dt><dd>${content}</dd></div>
`;
}

function list(statements: readonly Statement[]): Markup {
  return html`<ul>${statements.map(({ tone, text }) => html`<li class="say-${tone}">${text}</li>`)}</ul>`;
}

function scope(results: Results, overview: Overview): string {
  const axes = results.axes.map((axis) => `${plainLine(axis.name, 40)} (${counted(axis.values.length, 'value')})`).join(' × ');
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
  const said = shown.map(({ text, attempts }): Statement => ({ tone: 'plain', text: `${counted(attempts, 'attempt')}: ${text}` }));
  const more: Statement[] = left > 0 ? [{ tone: 'plain', text: `${counted(left, 'more message')} in attempts.csv` }] : [];
  return answer('Failures', list([...(other === null ? [] : [other]), ...said, ...more]), true);
}

function cardAnswer(results: Results): Markup {
  const said = cardOrSoftware(results);
  return said === null ? nothing : answer('Is it the card or the software?', list(said.statements), true);
}

function whereBoundary(results: Results, overview: Overview): Content {
  if (results.searchAxis === null) return 'This matrix has no search axis: each cell stands for itself.';
  const common = commonBoundaries(results, overview);
  const { lines, shapes } = overview;
  if (common.length === 0) return lines.allGood === lines.total ? `None: every line passes up to its largest ${plainLine(shapes.axisName ?? 'value', 40)}.` : 'No boundary was found on any line.';
  const shown = common.slice(0, 4);
  const rest = common.slice(4).reduce((sum, group) => sum + group.lines, 0);
  return html`<ul>${shown.map((group) => html`<li><span class="group">${group.words}</span>: ${counted(group.lines, 'line')}</li>`)}${rest > 0 ? html`<li>other boundaries: ${counted(rest, 'line')}</li>` : nothing}${lines.allGood > 0 ? html`<li>passes at every ${plainLine(shapes.axisName ?? 'value', 40)}: ${counted(lines.allGood, 'line')}</li>` : nothing}</ul>`;
}

function acceptance(results: Results, overview: Overview): Markup {
  const all = acceptanceOf(results, overview);
  if (all.length === 0) return nothing;
  const named = (usable: 'yes' | 'no' | 'unknown'): string[] => all.filter((one) => one.usable === usable).map((one) => plainLine(one.name, 64));
  return answer('Usable (meets what the matrix expects)', html`<ul>${chips('Yes', named('yes'), 'good')}${chips('No', named('no'), 'bad')}${chips('Not known', named('unknown'), '')}</ul>`, true);
}

function chips(label: string, names: readonly string[], className: string): Markup {
  if (names.length === 0) return nothing;
  const rest = names.length - MOST_CHIPS;
  return html`<li><span class="group">${label}</span> ${names.slice(0, MOST_CHIPS).map((name) => html`<span class="chip ${className}">${name}</span> `)}${rest > 0 ? `and ${count(rest)} more` : ''}</li>`;
}

function upper(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
