/** Colours, or none: NO_COLOR, FORCE_COLOR, --no-color and whether the stream is a terminal decide. */
import picocolors from 'picocolors';
import { ownStyle } from './harmless.ts';

export interface Palette {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

export function palette(colour: boolean): Palette {
  const { bold, green, red, dim } = picocolors.createColors(colour);
  return { bold: own(bold), good: own(green), bad: own(red), faint: own(dim) };
}

/** The same colour, marked as ours: the filter in front of a terminal lets no other through. */
function own(paint: (text: string) => string): (text: string) => string {
  const [open = '', close = ''] = paint('\n').split('\n').map(ownStyle);
  return (text) => `${open}${text}${close}`;
}

/** `wanted`: false after --no-color. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
  wanted: boolean,
): boolean {
  if (!wanted || (environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}
