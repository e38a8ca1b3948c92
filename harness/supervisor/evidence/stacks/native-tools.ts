/** The programs that print C stacks of a running process, the most telling first, and how each is asked. */
import { runHelper, type HelperResult } from '../../../machine/processes/helper.ts';

export interface NativeTool {
  readonly name: string;
  readonly arguments: (pid: number) => readonly string[];
  /** Takes out what is not a stack. '' when there is no stack in it. */
  readonly clean: (text: string) => string;
}

/**
 * Nothing of the user's own set-up may run, and nothing may be fetched from the network. Demangling every name of torch is half of
 * gdb's time (0.9 s instead of 2.1 s of CPU): those that are printed are demangled afterwards.
 */
const GDB_QUIET = [
  '-nx',
  '-batch',
  '-iex',
  'set auto-load off',
  '-iex',
  'set demangle-style none',
  '-iex',
  'set debuginfod enabled off',
  '-iex',
  'set pagination off',
];

export const NATIVE_TOOLS: readonly NativeTool[] = [
  {
    name: 'py-spy',
    arguments: (pid) => ['dump', '--native', '--pid', String(pid)],
    clean: (text) => (/^Thread /m.test(text) ? text.trim() : ''),
  },
  {
    name: 'gdb',
    arguments: (pid) => [...GDB_QUIET, '-p', String(pid), '-ex', 'thread apply all -ascending bt 48'],
    clean: cleanGdb,
  },
  {
    name: 'eu-stack',
    arguments: (pid) => ['-n', '48', '-p', String(pid)],
    clean: (text) => (/^#0 /m.test(text) ? text.trim() : ''),
  },
];

/** "[New LWP 12]" for every thread, source lines that cannot be found and the farewell are no stack. */
function cleanGdb(text: string): string {
  const first = text.search(/^(Thread \d|#0 )/m);
  if (first < 0) return '';
  const lines = text
    .slice(first)
    .split('\n')
    .filter((line) => !/^(\[Inferior |Detaching |warning: |\d+\t)/.test(line));
  return mergeAlike(lines.join('\n').trim());
}

/** The threads of an idle pool all stand at the same place: said once. The first, the main thread, stays first. */
function mergeAlike(text: string): string {
  const groups = new Map<string, { readonly block: string; readonly others: string[] }>();
  for (const block of text.split(/\n\s*\n(?=Thread \d)/)) {
    const [head = '', ...frames] = block.trim().split('\n');
    const key = frames.join('\n').replaceAll(/0x[0-9a-f]+/g, '');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { block: block.trim(), others: [] });
    else known.others.push(/^Thread (\d+)/.exec(head)?.[1] ?? '?');
  }
  return [...groups.values()]
    .map(({ block, others }) =>
      others.length === 0 ? block : `${block}\n[${others.length} more at the same place: thread ${others.join(', ')}]`,
    )
    .join('\n\n');
}

/** So many names fit on a command line. */
const MOST_NAMES = 500;
const DEMANGLE_LIMIT_MS = 1000;

export type StackReply =
  | { readonly kind: 'stacks'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'refused'; readonly complaint: string };

export async function ask(tool: NativeTool, pid: number, limitMs: number, signal: AbortSignal): Promise<StackReply> {
  const result = await runHelper(tool.name, tool.arguments(pid), {
    limitMs,
    complaints: true,
    encoding: 'utf8',
    holds: true,
    signal,
  });
  if (result.kind === 'missing') return result.text === '' ? { kind: 'missing' } : refused(result);
  const text = tool.clean(result.text);
  if (text !== '') return { kind: 'stacks', text: await demangled(text) };
  return result.kind === 'too-slow' ? { kind: 'too-slow' } : refused(result);
}

/** By c++filt without the arguments' types; as it is where there is none. */
async function demangled(text: string): Promise<string> {
  const names = [...new Set(text.match(/\b_Z\w+/g))].slice(0, MOST_NAMES);
  if (names.length === 0) return text;
  const result = await runHelper('c++filt', ['-p', '--', ...names], { limitMs: DEMANGLE_LIMIT_MS, encoding: 'utf8' });
  const plain = result.text.split('\n');
  if (result.kind !== 'done' || plain.length <= names.length) return text;
  const known = new Map(names.map((name, index) => [name, plain[index] ?? name]));
  return text.replaceAll(/\b_Z\w+/g, (name) => known.get(name) ?? name);
}

function refused({ complaint, code }: HelperResult): StackReply {
  const line = complaint.split('\n').find((one) => one.trim() !== '' && !/^(gdb: )?warning:/.test(one)) ?? '';
  return {
    kind: 'refused',
    complaint: line.trim().slice(0, 200) || `it ended with code ${code ?? 'none'} and printed no stack`,
  };
}
