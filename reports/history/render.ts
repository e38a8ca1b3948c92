/** The history of nights as one self-contained page: no script, no network, the same policy as report.html. */
import { createHash } from 'node:crypto';
import type { Series } from '../../harness/model/results/history.ts';
import { count, counted } from '../findings/words/numbers.ts';
import { plainLine } from '../findings/words/plain-text.ts';
import { drawSvg, Symbols } from '../html/page/vega-svg.ts';
import { html, nothing, trusted, type Markup } from '../html/page/markup.ts';
import { figures, folded, section, table, type Frame } from '../html/page/frame.ts';
import { PAGE_STYLE } from '../html/page/embedded.ts';
import { TONE_STYLE } from '../html/page/tone-style.ts';
import { LIGHT } from '../html/page/tones.ts';
import { changeItems, nightName, linesNow, type ChangeItem } from './changes.ts';
import { boundaryChart, timeChart, timeDomain } from './charts.ts';
import { HISTORY_STYLE } from './embedded.ts';

export interface SkippedRun {
  readonly folder: string;
  readonly why: string;
}

const MOST_CHANGES = 8;
const MOST_LINES = 12;
const MOST_ROWS = 40;
const MOST_TIMES = 30;

/** Words on a bar keep the colour of their tone; all others are soft. */
const barWords = (['pass', 'hang', 'flaky', 'none'] as const).map(
  (tone) => `svg.trend text[fill="${LIGHT[tone].onPale}"]{fill:var(--on-${tone}-pale)}`,
);
const STYLE = `${TONE_STYLE}${PAGE_STYLE}${HISTORY_STYLE}${barWords.join('')}`;

/** `series`: by their newest night, newest first. Vega is loaded on first use. */
export async function renderHistory(
  series: readonly Series[],
  skipped: readonly SkippedRun[],
  tool: string,
): Promise<string> {
  const symbols = new Symbols();
  const parts: Markup[] = [];
  for (const [index, one] of series.entries()) parts.push(await seriesPart(one, index, symbols));
  const simulated = series.some((one) => one.simulated);
  return html`${trusted('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE, 'utf8').digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${simulated ? 'SIMULATED: ' : ''}History of ${series.map(({ matrix }) => plainLine(matrix, 40)).join(', ')}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${simulated ? html`<div class="sim-banner" role="alert">SIMULATED: ${series.every((one) => one.simulated) ? 'no real card was used' : 'some of these nights used no real card'}</div>` : nothing}
<main>
${parts}
${skipped.length === 0 ? nothing : skippedPart(skipped)}</main>
<footer><p>Made from the results.json of each run folder by ${plainLine(tool, 80)}.</p></footer>
${symbols.definitions()}
</body>
</html>
`.toString();
}

async function seriesPart(series: Series, index: number, symbols: Symbols): Promise<Markup> {
  const frame: Frame = { simulated: series.simulated ? 'no real card was used' : null };
  const id = (name: string): string => `${name}-${index + 1}`;
  const items = changeItems(series);
  const chart = boundaryChart(series, MOST_ROWS);
  const domain = timeDomain(series.times);
  const times: Markup[] = [];
  for (const one of series.times.slice(0, MOST_TIMES)) {
    const last = one.points.at(-1);
    const name = plainLine(`${one.environment}${one.setting === 'default' ? '' : ` ${one.setting}`}`, 80);
    times.push(html`<figure><figcaption>${name}: ${(last?.ratio ?? 1).toFixed(2)} times the first night's, ${last?.cells ?? 0} cells</figcaption><div class="scroll" tabindex="0" role="group" aria-label="Chart, scrolls sideways">${await draw(timeChart(series, one, domain), symbols)}</div></figure>
`);
  }
  return html`${firstScreen(series, items, frame)}
${
  chart === null
    ? nothing
    : section(
        frame,
        id('boundaries'),
        'Boundaries over the nights',
        html`<p class="note">Only lines that changed${chart.left > 0 ? `, ${chart.left} more in the table below` : ''}. Empty: no night for more than four days.</p><figure><div class="scroll" tabindex="0" role="group" aria-label="Chart, scrolls sideways">${await draw(chart.spec, symbols)}</div></figure>`,
      )
}
${section(frame, id('standing'), 'Where each line stands', standingTable(series, frame))}
${times.length === 0 ? nothing : section(frame, id('times'), 'Run times', html`<p class="note">Median over the cells of each environment, against the first night in which each cell was timed. All charts have the same scale.</p>${times}`)}
${section(frame, id('nights'), 'Nights', folded(counted(series.nights.length, 'night'), nightsTable(series, frame)))}
`;
}

async function draw(spec: Parameters<typeof drawSvg>[0], symbols: Symbols): Promise<Markup> {
  return trusted(
    (await drawSvg(spec, symbols)).replace('<svg ', '<svg class="trend" aria-hidden="true" focusable="false" '),
  );
}

function firstScreen(series: Series, items: readonly ChangeItem[], frame: Frame): Markup {
  const { nights } = series;
  const last = nights.at(-1);
  const newest = items[0];
  const bad = linesNow(series).filter((line) => line.bad).length;
  const inLast = newest !== undefined && newest.night === nights.length - 1;
  const headline =
    newest === undefined
      ? `Nothing changed in ${counted(nights.length, 'night')}`
      : inLast
        ? `In the last night: ${newest.headline}`
        : `Nothing changed since ${newest.date}`;
  const [shown, older] = [items.slice(0, MOST_CHANGES), items.slice(MOST_CHANGES)];
  return html`<header class="top">
<p class="eyebrow">${frame.simulated ? html`<span class="sim">SIMULATED</span> ` : nothing}${plainLine(series.matrix, 64)} on ${plainLine(series.device, 80)}</p>
<h1 class="${inLast && newest.tone === 'bad' ? 'bad' : 'plain'}">${headline}</h1>
<p>${counted(nights.length, 'night')} from ${nightName(series, 0)} to ${nightName(series, nights.length - 1)} (UTC); ${count(bad)} of ${counted(series.lines.length, 'line')} ${bad === 1 ? 'is' : 'are'} bad now, a line being one shape in one environment; ${count(last?.verdicts ?? 0)} of ${counted(last?.cells ?? 0, 'cell')} got a verdict in the last night.</p>
${shown.length === 0 ? nothing : html`<h2>${frame.simulated ? html`<span class="sim">SIMULATED</span> ` : nothing}What changed when</h2>`}
${shown.map(changePart)}
${older.length === 0 ? nothing : folded(`${older.length} older changes`, older.map(changePart))}
</header>
`;
}

function list(some: readonly string[]): Markup {
  return html`<ul>${some.map((line) => html`<li>${plainLine(line.replaceAll('->', '→'), 300)}</li>`)}</ul>`;
}

function changePart({ date, before, tone, lines, surroundings }: ChangeItem): Markup {
  const shown = lines.slice(0, MOST_LINES);
  const rest = lines.slice(MOST_LINES);
  return html`<div class="change ${tone}"><p><time datetime="${date}">${date}</time>, compared with ${before}${lines.length === 0 ? ': the surroundings alone' : ''}</p>
${shown.length === 0 ? nothing : list(shown)}${rest.length === 0 ? nothing : folded(`${rest.length} more`, list(rest))}
${surroundings.length === 0 ? html`<p class="around">Nothing else is known to have changed in between.</p>` : html`<div class="around">${lines.length === 0 ? 'Changed' : 'Changed in the same night'}: ${list(surroundings.slice(0, MOST_LINES))}</div>`}
</div>
`;
}

function standingTable(series: Series, frame: Frame): Markup {
  const all = linesNow(series);
  const heads = ['Line', 'Boundary', 'Since the night of', figures('Nights')];
  const row = ({
    name,
    boundary,
    since,
    nights,
    bad,
  }: (typeof all)[number]): { content: string; className?: string; heading?: boolean }[] => [
    { content: name, heading: true },
    { content: `${bad ? 'bad: ' : ''}${plainLine(boundary, 120)}`, ...(bad ? { className: 'st-mixed' } : {}) },
    { content: since },
    { content: String(nights) },
  ];
  const [first, rest] = [
    all.filter(({ bad, changed }) => bad || changed),
    all.filter(({ bad, changed }) => !bad && !changed),
  ];
  return html`${first.length === 0 ? nothing : table(frame, 'Bad now, or changed at some time', heads, first.map(row))}${rest.length === 0 ? nothing : folded(`${rest.length} lines that were always good`, table(frame, 'Always good', heads, rest.map(row)))}`;
}

function nightsTable({ nights }: Series, frame: Frame): Markup {
  const heads = ['Begun (UTC)', 'Folder', 'Status', figures('Verdicts'), figures('Bad cells'), 'Kernel', 'Driver'];
  return table(
    frame,
    'Newest first',
    heads,
    nights
      .toReversed()
      .map(({ startedAt, folder, status, verdicts, cells, bad, kernel, driver }) => [
        { content: startedAt.slice(0, 16).replace('T', ' '), heading: true },
        { content: plainLine(folder, 80) },
        { content: status },
        { content: `${count(verdicts)} of ${count(cells)}` },
        { content: count(bad) },
        { content: plainLine(kernel, 60) },
        { content: plainLine(driver ?? '', 60) },
      ]),
  );
}

function skippedPart(skipped: readonly SkippedRun[]): Markup {
  return html`<section aria-labelledby="skipped-title"><h2 id="skipped-title">Left out</h2><ul>${skipped.map(({ folder, why }) => html`<li><span class="code">${plainLine(folder, 120)}</span>: ${plainLine(why, 300)}</li>`)}</ul></section>
`;
}
