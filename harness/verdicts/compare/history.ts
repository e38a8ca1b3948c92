/**
 * Nights of one matrix on one device, in order: what changed when. Each night is compared with what was last known of every cell, so that a night in
 * which an environment was missing hides nothing. Pure; nights are added one by one, so that a year of them needs little memory.
 */
import { median } from 'simple-statistics';
import { compare, verdictCount, DEFAULT_RULES } from './compare.ts';
import { Attempted } from './cells.ts';
import { sideOf } from './boundaries.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { LineHistory, Night, Series, Span, NightStep, TimeHistory } from '../../model/results/history.ts';
import type { Results } from '../../model/results/results.ts';
import { hasVerdict } from '../../model/results/verdict.ts';

/** Runs with the same key belong together. */
export function seriesKey({ run, device }: Pick<Results, 'run' | 'device'>): string {
  return canonicalJson([run.matrix, device.kind, device.name, device.target]);
}

export class SeriesBuilder {
  readonly #nights: Night[] = [];
  readonly #steps: NightStep[] = [];
  readonly #lines = new Map<string, { line: Omit<LineHistory, 'spans'>; spans: Span[] }>();
  readonly #times = new Map<
    string,
    { environment: string; setting: string; points: TimeHistory['points'][number][] }
  >();
  readonly #reference = new Map<string, number>();
  #known: Results | null = null;
  #lost = new Set<string>();

  /** `folder`: its name. Nights must come in the order of their beginning. */
  add(results: Results, folder: string): void {
    const night = this.#nights.length;
    this.#nights.push(nightOf(results, folder));
    if (this.#known !== null) this.#compare(this.#known, results, night);
    this.#addLines(results, night);
    this.#addTimes(results, night);
    this.#known = this.#known === null ? results : carried(this.#known, results);
  }

  /** Null before the first night. */
  series(): Series | null {
    const last = this.#known;
    if (last === null) return null;
    return {
      matrix: last.run.matrix,
      probe: last.run.probe,
      device: last.device.name,
      simulated: last.device.simulation !== null,
      nights: this.#nights,
      steps: this.#steps,
      lines: [...this.#lines.values()].map(({ line, spans }) => ({ ...line, spans })),
      times: [...this.#times.values()],
    };
  }

  #compare(known: Results, results: Results, night: number): void {
    const shared = new Set(known.cells.map(({ id }) => id));
    // The matrix was rewritten altogether: nothing to compare.
    if (!results.cells.some(({ id }) => shared.has(id))) return;
    const comparison = compare(known, results, { ...DEFAULT_RULES, minimumRatio: 1.15 });
    const missing = new Set(comparison.missing.map(({ environment }) => environment));
    const lost = [...missing].filter((name) => !this.#lost.has(name));
    const back = [...this.#lost].filter((name) => !missing.has(name));
    this.#lost = missing;
    const { changes, moved, fingerprint, timings, firstSeen } = comparison;
    const environments = timings.changes.filter(({ scope }) => scope !== 'cell');
    const causes = fingerprint.filter(({ weight }) => weight === 'cause');
    if ([changes, moved, causes, environments, firstSeen, lost, back].every((some) => some.length === 0)) return;
    this.#steps.push({
      night,
      lost,
      back,
      comparison: {
        ...comparison,
        fingerprint: causes,
        inferred: [],
        missing: [],
        timings: { ...timings, changes: environments },
      },
    });
  }

  #addLines(results: Results, night: number): void {
    for (const { environment, setting, fixed, axis, boundary } of results.lines) {
      const key = canonicalJson({ environment, setting, fixed, axis });
      const entry = this.#lines.get(key) ?? { line: { environment, setting, fixed, axis }, spans: [] };
      this.#lines.set(key, entry);
      const side = boundary.kind === 'untestable' ? null : sideOf(boundary);
      const last = entry.spans.at(-1);
      if (
        last !== undefined &&
        last.to === night - 1 &&
        canonicalJson(last.side === null ? null : { ...last.side }) ===
          canonicalJson(side === null ? null : { ...side })
      )
        entry.spans[entry.spans.length - 1] = { ...last, to: night };
      else entry.spans.push({ from: night, to: night, side });
    }
  }

  #addTimes(results: Results, night: number): void {
    const groups = new Map<string, { environment: string; setting: string; ratios: number[] }>();
    for (const { id, environment, setting, verdict, medianRunSeconds } of results.cells) {
      if (verdict !== 'pass' || medianRunSeconds === null || medianRunSeconds <= 0) continue;
      const reference = this.#reference.get(id) ?? medianRunSeconds;
      this.#reference.set(id, reference);
      const key = canonicalJson([environment, setting]);
      const group = groups.get(key) ?? { environment, setting, ratios: [] };
      group.ratios.push(medianRunSeconds / reference);
      groups.set(key, group);
    }
    for (const [key, { environment, setting, ratios }] of groups) {
      const times = this.#times.get(key) ?? { environment, setting, points: [] };
      times.points.push({ night, ratio: median(ratios), cells: ratios.length });
      this.#times.set(key, times);
    }
  }
}

function nightOf(results: Results, folder: string): Night {
  const { run, host, device, cells, bad } = results;
  return {
    folder,
    startedAt: run.startedAt,
    status: run.status,
    verdicts: verdictCount(results),
    cells: cells.length,
    bad: cells.filter(({ verdict, basis }) => basis.kind === 'observed' && bad.includes(verdict)).length,
    kernel: host.kernel,
    driver: device.details?.driver ?? null,
  };
}

/** The newer results, filled up with what was known before where they have no verdict. Attempts of cells that are filled up come along. */
function carried(known: Results, results: Results): Results {
  const tells = new Attempted(results);
  const cells = new Map(known.cells.map((cell) => [cell.id, cell]));
  const lines = new Map(known.lines.map((line) => [line.id, line]));
  const versions = new Map(known.environments.map((environment) => [environment.name, environment.versions]));
  const filled = new Set<string>();
  const now = results.cells.map((cell) => {
    const old = cells.get(cell.id);
    if (old === undefined || hasVerdict(tells.verdict(cell))) return cell;
    filled.add(cell.id);
    return old;
  });
  if (filled.size === 0) return results;
  return {
    ...results,
    cells: now,
    lines: results.lines.map((line) => (line.boundary.kind === 'untestable' ? (lines.get(line.id) ?? line) : line)),
    environments: results.environments.map((environment) => ({
      ...environment,
      versions: environment.versions ?? versions.get(environment.name) ?? null,
    })),
    attempts: [...results.attempts, ...known.attempts.filter(({ cell }) => filled.has(cell))],
  };
}
