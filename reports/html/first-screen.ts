/**
 * The top of the page: what works, what hangs, where the boundary is, hung or slow, card or software, how sure, what to do next.
 * Each answer says the most important thing first; the rest of it is folded by the page's script where the window is narrow.
 */
import { workingRows, type NextStep } from '../findings/answers/next-steps.ts';
import { count, counted, moment } from '../findings/words/numbers.ts';
import type { Row } from '../findings/overview.ts';
import { plainLine } from '../findings/words/plain-text.ts';
import { html, nothing, type Content, type Markup } from './page/markup.ts';
import { mark } from './page/frame.ts';
import type { Page } from './page/page.ts';
import type { Statement } from '../findings/answers/statement.ts';
import { partlyNamed } from '../findings/answers/headline.ts';
import { lineMeans } from '../findings/answers/boundaries.ts';

const MOST_CHIPS = 24;

export function firstScreen(page: Page): Markup {
  const said = page.headline;
  const { description } = page.results.run;
  const { rowKind } = page.shapes;
  return html`<header class="top">
<p class="eyebrow">${plainLine(page.results.run.matrix, 64)} on ${deviceName(page)}, ${moment(page.results.run.startedAt)}</p>
<h1 class="${said.tone}">${mark(page)}${said.text}</h1>
${description === '' ? nothing : html`<p class="lead">${plainLine(description, 400)}</p>`}
<p class="lead scope">${scope(page)}; run ${plainLine(page.results.run.id, 120)}</p>
${page.notices.map((notice) => html`<p class="notice ${notice.tone}" role="status">${notice.text}</p>`)}
<dl class="answers">
${answer('What to do next', steps(page.nextSteps), 'next')}${rowKind === 'setting' ? nothing : versions(page, 'environments')}${rowKind === 'environment' ? nothing : versions(page, 'settings')}${answer('Where the boundary is', whereBoundary(page))}${answer('Hung, or only slow?', list(page.hungOrSlow))}${cardAnswer(page)}${answer('How sure', list(page.certainty))}${failures(page)}${answer('Not tested', list(page.notTested))}${acceptance(page)}</dl>
</header>
`;
}

/** "Radeon RX 5600 XT (gfx1010)". */
export function deviceName({ results }: Page): string {
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

function steps(all: readonly NextStep[]): Markup {
  const [first, ...others] = all.map(
    ({ tone, text, command }) =>
      html`<li class="say-${tone}">${text}${command === null ? nothing : html`<br><code class="command">${command}</code>`}</li>`,
  );
  return first === undefined
    ? nothing
    : shortThenRest(html`<ul>${first}</ul>`, others.length === 0 ? null : html`<ul>${others}</ul>`);
}

/** "7 pass, 7 hang; the newest that passes is …", then every name. */
function versions(page: Page, of: 'settings' | 'environments'): Markup {
  const { words } = page;
  const tally = (state: Row['state']): number => page[of].filter((row) => row.state === state).length;
  const parts = [
    ...(tally('good') > 0 ? [`${count(tally('good'))} ${tally('good') === 1 ? 'passes' : 'pass'}`] : []),
    ...(tally('bad') > 0 ? [`${count(tally('bad'))} ${tally('bad') === 1 ? words.verbOne : words.verb}`] : []),
    ...(tally('flaky') > 0 ? [`${count(tally('flaky'))} flaky`] : []),
    ...(tally('failed') > 0 ? [`${count(tally('failed'))} ${tally('failed') === 1 ? 'fails' : 'fail'} otherwise`] : []),
    ...(tally('open') > 0 ? [`${count(tally('open'))} not known`] : []),
  ];
  const newest = page.shapes.rowKind === 'environment' ? workingRows(page).at(-1)?.name : undefined;
  const short = html`<p>${parts.join(', ') || 'None was tested'}${newest === undefined ? nothing : html`; the newest that passes is <strong>${plainLine(newest, 64)}</strong>`}.</p>`;
  return answer(
    of === 'settings' ? 'Which settings' : 'Which versions',
    shortThenRest(short, whichRows(page, of)),
    'wide',
  );
}

function scope(page: Page): string {
  const axes = page.results.axes
    .map((axis) => `${plainLine(axis.name, 40)} (${counted(axis.values.length, 'value')})`)
    .join(' × ');
  const settings = page.results.settings.length > 1 ? ` × ${counted(page.results.settings.length, 'setting')}` : '';
  return `Probe ${plainLine(page.results.run.probe, 80)}: ${counted(page.results.environments.length, 'environment')}${settings}${axes === '' ? '' : ` × ${axes}`}, ${counted(page.cells.total, 'cell')}`;
}

function whichRows(page: Page, of: 'settings' | 'environments'): Markup {
  const { words } = page;
  const names = (state: Row['state']): string[] => partlyNamed(page, of, state);
  return html`<ul>${chips(names('bad').length === 1 ? upper(words.verbOne) : upper(words.verb), names('bad'), 'bad')}${chips('Flaky', names('flaky'), 'flaky')}${chips('Fail otherwise', names('failed'), 'failed')}${chips('Pass', names('good'), 'good')}${chips('Not known', names('open'), '')}</ul>`;
}

/** Failures that are not bad, and what all failed attempts said. */
function failures(page: Page): Markup {
  const {
    otherFailures: other,
    messages: { shown, left },
  } = page;
  if (other === null && shown.length === 0) return nothing;
  const said = shown.map(({ text, attempts }): Statement => ({
    tone: 'plain',
    text: `${counted(attempts, 'attempt')}: ${text}`,
  }));
  const more: Statement[] =
    left > 0 ? [{ tone: 'plain', text: `${counted(left, 'more message')} in attempts.csv` }] : [];
  return answer('Failures', list([...(other === null ? [] : [other]), ...said, ...more]));
}

function cardAnswer(page: Page): Markup {
  const { cardOrSoftware: said } = page;
  return said === null ? nothing : answer('Is it the card or the software?', list(said.statements));
}

function whereBoundary(page: Page): Content {
  if (page.results.searchAxis === null) return 'This matrix has no search axis: each cell stands for itself.';
  const { boundaries: common, lines, shapes } = page;
  if (common.length === 0)
    return lines.allGood === lines.total
      ? `None: every line passes up to its largest ${plainLine(shapes.axisName ?? 'value', 40)}.`
      : 'No boundary was found on any line.';
  const { setBy } = page;
  const rest = common.slice(4).reduce((sum, group) => sum + group.lines, 0);
  const [first, ...others] = common
    .slice(0, 4)
    .map((group) => html`<li><span class="group">${group.words}</span>: ${counted(group.lines, 'line')}</li>`);
  const more = html`<ul>${others}${rest > 0 ? html`<li>other boundaries: ${counted(rest, 'line')}</li>` : nothing}${lines.allGood > 0 ? html`<li>passes at every ${plainLine(shapes.axisName ?? 'value', 40)}: ${counted(lines.allGood, 'line')}</li>` : nothing}<li class="note">${lineMeans(page)}</li>${setBy === null ? nothing : html`<li><a href="#explanations">What sets it</a>: ${plainLine(setBy, 240)}</li>`}</ul>`;
  return shortThenRest(html`<ul>${first ?? nothing}</ul>`, more);
}

function acceptance(page: Page): Markup {
  const { acceptance: all } = page;
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
