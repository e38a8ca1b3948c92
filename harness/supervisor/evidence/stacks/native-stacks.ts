/**
 * C stacks of every thread, by whichever tool is there. A tool stops the process for a moment (gdb: some seconds with torch
 * loaded), so this comes last, and a process that it leaves stopped is set going again.
 */
import type { ThreadGroup } from '../../../model/attempt/evidence.ts';
import { appendOwn } from '../../../machine/files/own-file.ts';
import { look } from '../../../machine/processes/read.ts';
import { signalProcess } from '../../../machine/processes/signal.ts';
import type { ProcessStat } from '../../../machine/processes/stat.ts';
import { now, within } from '../../../machine/time.ts';
import { found, nothing, without } from '../../../model/attempt/collected.ts';
import { NAMED_LIBRARIES } from '../../../model/makers.ts';
import type { Collector } from '../collector.ts';
import { NATIVE_TOOLS, ask, type StackReply, type NativeTool } from './native-tools.ts';

const LIMIT_SECONDS = 21;
/** For all processes together, so that what was found is kept when the last one takes too long. */
const TOTAL_SECONDS = 20;
const ONE_SECONDS = 12;
const MOST_PROCESSES = 3;
/** What goes into the journal; the file has all of it. */
const MOST_CHARACTERS = 16 * 1024;
const WRITE_LIMIT_SECONDS = 1;
const RUNTIMES = NAMED_LIBRARIES.filter((name) => !name.startsWith('drm'));
/** A process without any of these runs Python alone; a tool would cost more time than the kill. */
const TELLING = new RegExp(`/lib(${RUNTIMES.join('|')})`);

export const nativeStacks: Collector = {
  name: 'Native stacks',
  limit: LIMIT_SECONDS,
  manner: 'stops',
  collect: async ({ processes, files, nativeStacks: wanted }, { libraries = [], threads = [] }, signal) => {
    if (wanted === 'never') return without('skipped', 'watchdog.native_stacks is never');
    if (wanted === 'auto' && !libraries.some((path) => TELLING.test(path))) {
      return without(
        'skipped',
        'no process has torch or a GPU runtime mapped, so the Python stack tells where it is; watchdog.native_stacks: always asks for them',
      );
    }
    // A tracer cannot stop a process in state D, and would wait for it.
    const reachable = processes
      .filter(({ state }) => state !== 'D')
      .toSorted((a, b) => Number(waitsForChild(a, threads)) - Number(waitsForChild(b, threads)))
      .slice(0, MOST_PROCESSES);
    if (reachable.length === 0) return without('skipped', 'every process is in state D');
    const end = now() + TOTAL_SECONDS;
    const stacks: string[] = [];
    const notes: string[] = [];
    let tools = NATIVE_TOOLS;
    for (const stat of reachable) {
      const dump = await firstAnswer(stat, tools, { end, notes, signal });
      if (dump === null) continue;
      // The others are asked by the tool that works.
      tools = [dump.tool];
      stacks.push(`Process ${stat.pid} (${stat.name}):\n${dump.text}`);
    }
    const left = processes.length - reachable.length;
    const note = [...new Set(notes), ...(left > 0 ? [`${left} more processes not looked at`] : [])].join('; ');
    const [tool] = tools;
    if (stacks.length > 0 && tool !== undefined) {
      const text = stacks.join('\n\n');
      await within(
        WRITE_LIMIT_SECONDS,
        appendOwn(files.nativeStacks, `${tool.name}, all threads\n\n${text}\n`),
        undefined,
      );
      return found({ nativeStacks: { tool: tool.name, text: shares(stacks) } }, note);
    }
    if (notes.length === 0)
      return without('tool-missing', `none of ${NATIVE_TOOLS.map(({ name }) => name).join(', ')} is on PATH`);
    return /not permitted|permission denied|could not attach/i.test(note)
      ? without('not-allowed', note)
      : nothing(note);
  },
};

/** Its child is where the hang is. */
function waitsForChild({ pid }: ProcessStat, threads: readonly ThreadGroup[]): boolean {
  const main = threads.find((group) => group.pid === pid && group.tids.includes(pid));
  return main?.waitChannel === 'do_wait' || main?.syscall === 'wait4' || main?.syscall === 'waitid';
}

interface Bounds {
  readonly end: number;
  /** What went wrong is added here. */
  readonly notes: string[];
  readonly signal: AbortSignal;
}

async function firstAnswer(
  stat: ProcessStat,
  tools: readonly NativeTool[],
  { end, notes, signal }: Bounds,
): Promise<{ readonly tool: NativeTool; readonly text: string } | null> {
  for (const tool of tools) {
    const left = Math.min(ONE_SECONDS, end - now());
    const current = look(stat);
    if (left <= 0.1 || signal.aborted || current === null || current.state === 'D') return null;
    const asked = await ask(tool, stat.pid, left * 1000, signal);
    resume(stat, asked.kind);
    if (asked.kind === 'stacks') return { tool, text: asked.text };
    if (asked.kind === 'too-slow') notes.push(`${tool.name} gave no answer within ${Math.round(left)} s`);
    if (asked.kind === 'refused') notes.push(`${tool.name}: ${asked.complaint}`);
  }
  return null;
}

/** A tracer that was killed in the middle leaves its stop signal behind, which may not even have reached the process yet. */
function resume(before: ProcessStat, asked: StackReply['kind']): void {
  if (before.state !== 'T' && (asked === 'too-slow' || look(before)?.state === 'T')) signalProcess(before, 'SIGCONT');
}

function shares(stacks: readonly string[]): string {
  const share = Math.floor(MOST_CHARACTERS / stacks.length);
  return stacks
    .map((stack) => (stack.length > share ? `${stack.slice(0, share)}\n[cut: all of it is in native-stacks]` : stack))
    .join('\n\n');
}
