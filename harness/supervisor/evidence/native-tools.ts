/** The programs that print C stacks of a running process, the most telling first, and how each is asked. */
import { runHelper } from '../proc/helper.ts';
import type { HelperResult } from '../proc/helper.ts';

export interface NativeTool {
  readonly name: string;
  readonly arguments: (pid: number) => readonly string[];
  /** Takes out what is not a stack. '' when there is no stack in it. */
  readonly clean: (text: string) => string;
}

/** Nothing of the user's own set-up may run, and nothing may be fetched from the network. */
const GDB_QUIET = ['-nx', '-batch', '-iex', 'set auto-load off', '-iex', 'set debuginfod enabled off', '-iex', 'set pagination off'];

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
  const lines = text.slice(first).split('\n').filter((line) => !/^(\[Inferior |Detaching |warning: |\d+\t)/.test(line));
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
  return [...groups.values()].map(({ block, others }) => (others.length === 0 ? block : `${block}\n[${others.length} more at the same place: thread ${others.join(', ')}]`)).join('\n\n');
}

export type Asked =
  | { readonly kind: 'stacks'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'refused'; readonly complaint: string };

export async function ask(tool: NativeTool, pid: number, limitMs: number): Promise<Asked> {
  const result = await runHelper(tool.name, tool.arguments(pid), { limitMs, complaints: true, encoding: 'utf8' });
  if (result.kind === 'missing') return result.text === '' ? { kind: 'missing' } : refused(result);
  const text = tool.clean(result.text);
  if (text !== '') return { kind: 'stacks', text };
  return result.kind === 'too-slow' ? { kind: 'too-slow' } : refused(result);
}

function refused({ complaint, code }: HelperResult): Asked {
  const line = complaint.split('\n').find((one) => one.trim() !== '' && !one.startsWith('warning:')) ?? '';
  return { kind: 'refused', complaint: line.trim().slice(0, 200) || `it ended with code ${code ?? 'none'} and printed no stack` };
}
