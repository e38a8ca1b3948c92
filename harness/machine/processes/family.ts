/**
 * Which processes belong to a worker: its descendants by parent chain (the worker is a child subreaper, so orphans come back to it),
 * everything in a session that one of its attempts led, and everything whose environment holds its marker.
 */
import { pidsWithVariable } from './blocking-files.ts';
import { processKey } from '../../model/attempt/attempt.ts';
import { isAlive } from './signal.ts';
import { look, readAllStats, readChildren, readStat } from './read.ts';
import { isDead, type Identity, type ProcessStat } from './stat.ts';

const MARKER_READ_LIMIT_MS = 250;
/** Beyond so many more the dead among them are forgotten. */
const FEW_SIGHTINGS = 256;

export interface FamilyQuery {
  /** Roots of the parent chains; they are not members. */
  readonly roots: readonly Identity[];
  /** Leaders of sessions whose processes are members wherever they hang in the tree. */
  readonly sessions: readonly Identity[];
  /** "NAME=value" that marks a member. */
  readonly marker: string;
  /** No process that began before this is a member: clock ticks after boot. */
  readonly notBefore: number;
  /** Never members, by pid. */
  readonly except: ReadonlySet<number>;
  /** Members that were seen before; those that are found now are added. */
  readonly seen?: Sightings;
}

/** Processes that were seen once: one that has lost its parents and its marker since is still itself. */
export class Sightings {
  readonly #seen = new Map<string, Identity>();
  #most = FEW_SIGHTINGS;

  add(more: readonly Identity[]): void {
    for (const { pid, startTicks } of more) this.#seen.set(processKey({ pid, startTicks }), { pid, startTicks });
    if (this.#seen.size <= this.#most) return;
    for (const [key, one] of this.#seen) if (!isAlive(one)) this.#seen.delete(key);
    this.#most = FEW_SIGHTINGS + this.#seen.size;
  }

  living(): ProcessStat[] {
    return [...this.#seen.values()].map(look).filter((stat): stat is ProcessStat => stat !== null && !isDead(stat));
  }
}

/** Living members. Bounded: about 5 ms for some hundred processes, longer only while an environment cannot be read. */
export async function findFamily(query: FamilyQuery): Promise<ProcessStat[]> {
  const all = readAllStats().filter((stat) => stat.startTicks >= query.notBefore && !isDead(stat));
  const known = new Set(query.roots.filter((root) => look(root) !== null).map(({ pid }) => pid));
  // A session's number stays taken while it has members; when another process has the leader's pid, all of them are gone.
  const sessions = query.sessions.filter(
    (leader) => (readStat(leader.pid)?.startTicks ?? leader.startTicks) === leader.startTicks,
  );
  const byTree = chase(all, known, new Set(sessions.map(({ pid }) => pid)));
  const unknown = all.filter((stat) => !known.has(stat.pid) && stat.pid !== process.pid);
  const marked = new Set(
    unknown.length === 0 ? [] : await pidsWithVariable(unknown, query.marker, MARKER_READ_LIMIT_MS),
  );
  const byMarker = all.filter((stat) => marked.has(stat.pid));
  const isFound = new Set([...byTree, ...byMarker].map(processKey));
  const seenBefore = (query.seen?.living() ?? []).filter((stat) => !isFound.has(processKey(stat)));
  const isRoot = (stat: ProcessStat): boolean => query.roots.some((root) => sameProcess(root, stat));
  const members = [...byTree, ...byMarker, ...seenBefore].filter(
    (stat) => !query.except.has(stat.pid) && !isRoot(stat),
  );
  query.seen?.add(members);
  return members;
}

/** Adds to `known` until no process has a known parent or session; returns those added. */
function chase(all: readonly ProcessStat[], known: Set<number>, sessions: ReadonlySet<number>): ProcessStat[] {
  const found: ProcessStat[] = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const stat of all) {
      if (known.has(stat.pid) || !(known.has(stat.parent) || sessions.has(stat.session))) continue;
      known.add(stat.pid);
      found.push(stat);
    }
  }
  return found;
}

/** Living descendants by /proc/<pid>/task/<tid>/children alone: some 0.1 ms, and blind to whatever left the tree. */
export function descendants(root: number): ProcessStat[] {
  const found: ProcessStat[] = [];
  const queue = [...(readChildren(root) ?? [])];
  for (let pid = queue.pop(); pid !== undefined && found.length < 4096; pid = queue.pop()) {
    const stat = readStat(pid);
    if (stat === null || isDead(stat)) continue;
    found.push(stat);
    queue.push(...(readChildren(pid) ?? []));
  }
  return found;
}

export function sameProcess(a: Identity, b: Identity): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}
