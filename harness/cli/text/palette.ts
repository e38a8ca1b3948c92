/** Colours, or none: NO_COLOR, FORCE_COLOR, --no-color and whether the stream is a terminal decide. */
import picocolors from 'picocolors';

export interface Palette {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

export function palette(colour: boolean): Palette {
  const { bold, green, red, dim } = picocolors.createColors(colour);
  return { bold, good: green, bad: red, faint: dim };
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
