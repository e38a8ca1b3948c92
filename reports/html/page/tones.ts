/** The colours of verdicts in maps, tables and legend. Vega writes the light ones; the style sheet turns them dark. */
import type { OutcomeLook } from '../../../harness/model/outcome.ts';
import type { Certainty } from '../../findings/words/cell-marks.ts';

export type ToneName = OutcomeLook['tone'];

export interface ToneColours {
  /** Observed: tile and the mark on it. */
  readonly full: string;
  readonly onFull: string;
  /** Inferred. */
  readonly pale: string;
  readonly onPale: string;
}

/** The ground of what is doubtful, under a mark in the full colour. */
export const DOUBT = { light: '#fff3a8', dark: '#43390f' } as const;

/** Every colour occurs once in its column, so that a style sheet can replace it by its value. */
export const LIGHT: Readonly<Record<ToneName, ToneColours>> = {
  pass: { full: '#2e7d6b', onFull: '#fffffe', pale: '#d8eae5', onPale: '#2c6e60' },
  hang: { full: '#b3261e', onFull: '#fffffd', pale: '#f7dbd7', onPale: '#9c1f18' },
  fail: { full: '#9a5b00', onFull: '#fffffc', pale: '#f6e6cd', onPale: '#7d4a00' },
  flaky: { full: '#7b3fa0', onFull: '#fffffb', pale: '#ebdff2', onPale: '#66318a' },
  open: { full: '#6d7682', onFull: '#fffffa', pale: '#e3e6ea', onPale: '#565e69' },
  none: { full: '#f1f2f4', onFull: '#8b939e', pale: '#f1f2f5', onPale: '#8b939d' },
};

export const DARK: Readonly<Record<ToneName, ToneColours>> = {
  pass: { full: '#4fb39b', onFull: '#08211b', pale: '#1c3a34', onPale: '#79c9b5' },
  hang: { full: '#f0776c', onFull: '#2b0704', pale: '#4a2220', onPale: '#f5a39b' },
  fail: { full: '#dd9a3a', onFull: '#261800', pale: '#42321a', onPale: '#e5b269' },
  flaky: { full: '#bd8be0', onFull: '#1f0b2e', pale: '#3a2a47', onPale: '#cfa9ea' },
  open: { full: '#98a1ad', onFull: '#14171b', pale: '#343940', onPale: '#b4bbc5' },
  none: { full: '#22262b', onFull: '#7d8590', pale: '#22262c', onPale: '#7d8591' },
};

/** Light colours of a tile and of the mark on it. */
export function tileColours(tone: ToneName, certainty: Certainty): { readonly tile: string; readonly ink: string } {
  const { full, onFull, pale, onPale } = LIGHT[tone];
  switch (certainty) {
    case 'observed':
      return { tile: full, ink: onFull };
    case 'inferred':
      return { tile: pale, ink: onPale };
    case 'doubtful':
      return { tile: DOUBT.light, ink: full };
  }
}
