/** What the shells complete, read from the commands themselves so that it cannot fall behind. Pure. */
import { DEVICE_CHOICES } from '../../model/makers.ts';
import { COMPARE_FAIL_ON } from '../../verdicts/compare/fail-on-changes.ts';
import { FAIL_ON } from '../../verdicts/fail-on.ts';
import type { Argument, CommandUnknownOpts as Command, Option } from '@commander-js/extra-typings';

/** What a value is: one of these words, a file, a folder, or anything else. */
export type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'free' };

export interface CompletedOption {
  /** Such as ["-q", "--quiet"]. */
  readonly flags: readonly string[];
  readonly description: string;
  /** null for an option that takes no value. */
  readonly value: Value | null;
}

export interface CompletedCommand {
  /** Words after `bench`, such as ["env", "list"]. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Value | null;
}

/** Every command that does something, with the options of the program added to its own. */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  const shared = program.options.filter(({ long }) => long !== '--version').map(optionOf);
  return leaves(program, []).map(({ command, path }) => ({
    path,
    description: sentence(command.description()),
    options: [...command.options.map(optionOf), ...shared, HELP],
    argument: argumentOf(command.registeredArguments[0]),
  }));
}

const HELP: CompletedOption = { flags: ['-h', '--help'], description: 'display help for command', value: null };

interface Leaf {
  readonly command: Command;
  readonly path: readonly string[];
}

function leaves(command: Command, path: readonly string[]): readonly Leaf[] {
  const inner = command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
  // A command with commands below it may do something by itself, such as `catalogue`.
  return path.length === 0 ? inner : [{ command, path }, ...inner];
}

function optionOf(option: Option): CompletedOption {
  const flags = [option.short, option.long].filter((flag): flag is string => typeof flag === 'string');
  const takesValue = option.required || option.optional;
  return {
    flags,
    description: sentence(option.description),
    value: takesValue ? valueOf(option.flags, option.argChoices) : null,
  };
}

function argumentOf(argument: Argument | undefined): Value | null {
  return argument === undefined ? null : valueOf(argument.name(), argument.argChoices);
}

/** Words that are suggested where others, or several with commas, are taken too: by the word in the angle brackets. */
const SUGGESTED = new Map<string, readonly string[]>([
  ['kind', DEVICE_CHOICES],
  ['outcomes', FAIL_ON],
  ['changes', COMPARE_FAIL_ON],
]);

/** By the word in the angle brackets. */
function valueOf(flags: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined && choices.length > 0) return { kind: 'words', words: choices };
  const word = /<([^>]+)>/.exec(flags)?.[1] ?? flags;
  const words = SUGGESTED.get(word);
  if (words !== undefined) return { kind: 'words', words };
  if (/^(?:folder|run|baseline|dir)/.test(word)) return { kind: 'folder' };
  return /^(?:file|matrix|path)/.test(word) ? { kind: 'file' } : { kind: 'free' };
}

function sentence(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
