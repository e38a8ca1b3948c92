/** The part of the style sheet that follows from the colours of verdicts: the palette, and rules by which drawings take part in it. */
import { DARK, DOUBT, LIGHT, type ToneName } from './tones.ts';

const NAMES: readonly ToneName[] = ['pass', 'hang', 'fail', 'flaky', 'open', 'none'];

const tiles = NAMES.map(
  (name) =>
    `.tile.${name}{background:var(--${name});color:var(--on-${name})}.tile.${name}.inferred{background:var(--${name}-pale);color:var(--on-${name}-pale)}.tile.${name}.doubtful{background:var(--doubt);color:var(--${name})}`,
).join('\n');

/**
 * Vega writes light colours into the SVG; presentation attributes yield to any rule. Charts draw with strokes as well.
 * No selector may name a parent: rules reach into the copies of shared shapes by the shape alone.
 */
const drawings = NAMES.map((name) => {
  const { full, onFull, pale, onPale } = LIGHT[name];
  return `[stroke="${full}"]{stroke:var(--${name})}[fill="${full}"]{fill:var(--${name})}[fill="${onFull}"]{fill:var(--on-${name})}[fill="${pale}"]{fill:var(--${name}-pale)}[fill="${onPale}"]{fill:var(--on-${name}-pale)}`;
}).join('\n');

function palette(colours: typeof LIGHT, doubt: string): string {
  return `--doubt:${doubt};${NAMES.map((name) => {
    const { full, onFull, pale, onPale } = colours[name];
    return `--${name}:${full};--on-${name}:${onFull};--${name}-pale:${pale};--on-${name}-pale:${onPale};`;
  }).join('')}`;
}

/** On paper always light. */
export const TONE_STYLE = `
:root{${palette(LIGHT, DOUBT.light)}}
@media screen and (prefers-color-scheme:dark){:root{${palette(DARK, DOUBT.dark)}}}
${tiles}
${drawings}
[fill="${DOUBT.light}"]{fill:var(--doubt)}
`;
