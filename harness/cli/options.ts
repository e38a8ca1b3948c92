/** Options that several commands have, and how the words of an option become a value. What is wrong with them is a UsageError `option`. */
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from '../model/errors.ts';
import { DEVICE_CHOICES } from '../model/makers.ts';

/** `flag` without dashes; `command`: whose help shows the options. */
export function wrongOption(command: string, flag: string, message: string): UsageError {
  return new UsageError('option', `--${flag}: ${message}`, `bench ${command} --help shows the options`);
}

/** A whole number of at most 15 digits, from `least` to `most`; `what` it is, in words. */
export function whole(command: string, flag: string, least: number, most: number, what: string) {
  return (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw wrongOption(command, flag, `"${text}" is not ${what}`);
  };
}

export function numeric(command: string, flag: string, least: number, most: number) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value)) throw wrongOption(command, flag, 'is no number');
    if (value < least) throw wrongOption(command, flag, `is less than ${least}`);
    if (value > most) throw wrongOption(command, flag, `is more than ${most}`);
    return value;
  };
}

export function path(command: string, flag: string) {
  return (text: string): string => {
    if (text !== '') return text;
    throw wrongOption(command, flag, 'names nothing; give a path');
  };
}

/** Words with commas between them, each one of `known`; undefined where the option was not given. */
export function chosen<Word extends string>(
  command: string,
  flag: string,
  known: readonly Word[],
  text: string | undefined,
): readonly Word[] | undefined {
  const words = text
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words?.length === 0) throw wrongOption(command, flag, `names nothing; give some of ${known.join(', ')}`);
  return words?.map((word) => oneOf(command, flag, known, word));
}

export function oneOf<Word extends string>(command: string, flag: string, known: readonly Word[], text: string): Word {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw wrongOption(command, flag, `"${text}" is none of ${known.join(', ')}`);
}

/** What `run`, `bisect` and `probe` measure on, and how. */
export const deviceOption = () =>
  new Option(
    '--device <kind>',
    `device to measure on: ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address, such as rocm:0000:03:00.0`,
  );
export const modelOption = (command: string) =>
  new Option('--model <file>', "model of the simulated card (default: the matrix's `simulate`)").argParser(
    path(command, 'model'),
  );
export const isolationOption = () =>
  new Option('--isolation <kind>', 'fork: one fork for each attempt; spawn: a fresh interpreter').choices([
    'fork',
    'spawn',
  ] as const);
export const outOption = (command: string) =>
  new Option('--out <folder>', 'run folder (default: runs/<matrix>-<time>)').argParser(path(command, 'out'));
export const seedOption = (command: string) =>
  new Option('--seed <number>', 'seed of everything random (default: 1)').argParser(
    whole(command, 'seed', 0, 999_999_999_999_999, 'a whole number of at most 15 digits'),
  );
export const jsonOption = (text = 'print one JSON document') => new Option('--json', text);
export const quietOption = () => new Option('-q, --quiet', 'print nothing but errors and the result');
/** What commander makes of the words of a command. */
export type OptionsOf<Declare extends (parent: CommandUnknownOpts) => { opts(): unknown }> = ReturnType<
  ReturnType<Declare>['opts']
>;
