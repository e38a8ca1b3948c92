/** Everything that `bench attach` would send, worked out before anything is sent. Pure but for the content of the files, which the caller read. */
import type { Results } from '../model/results/results.ts';
import { commentBody, type Link } from './body.ts';
import type { ReportFile } from './files.ts';
import { assetName, machineId, marker, slotOf } from './names.ts';
import { nameOf, type Repository, type Target } from './target.ts';

export interface AttachPlan {
  readonly target: Target;
  readonly results: Results;
  /** Of summary.md. */
  readonly summary: string;
  readonly machine: string;
  readonly marker: string;
  readonly slot: string;
  /** null: no files. */
  readonly release: { readonly repository: Repository; readonly tag: string } | null;
  readonly files: readonly (ReportFile & { readonly asset: string })[];
}

export interface PlanInput {
  readonly target: Target;
  readonly results: Results;
  readonly summary: string;
  readonly machineName: string | null;
  readonly release: { readonly repository: Repository; readonly tag: string } | null;
  readonly files: readonly ReportFile[];
}

export function planAttach({ target, results, summary, machineName, release, files }: PlanInput): AttachPlan {
  const { matrix } = results.run;
  const machine = machineId(results, machineName);
  const slot = slotOf(target.issue, matrix, machine);
  return {
    target,
    results,
    summary,
    machine,
    marker: marker(matrix, machine),
    slot,
    release: files.length === 0 ? null : release,
    files:
      release === null
        ? []
        : files.map((file) => ({ ...file, asset: assetName(matrix, slot, file.content, file.name) })),
  };
}

/** `links`: as GitHub gave them, or as they are expected to be. */
export function bodyOf(plan: AttachPlan, links: readonly Link[], release: string | null): string {
  return commentBody({
    marker: plan.marker,
    summary: plan.summary,
    run: plan.results.run.id,
    machine: plan.machine,
    links,
    release,
  });
}

/** Where the files will be found; none where the web address is not known. */
export function expectedLinks({ target, release, files }: AttachPlan): readonly Link[] {
  if (target.web === null || release === null) return [];
  const base = `${target.web}/${nameOf(release.repository)}/releases/download/${encodeURIComponent(release.tag)}`;
  return files.map(({ name, asset }) => ({ name, url: `${base}/${asset}` }));
}

export function expectedRelease({ target, release }: AttachPlan): string | null {
  return target.web === null || release === null
    ? null
    : `${target.web}/${nameOf(release.repository)}/releases/tag/${encodeURIComponent(release.tag)}`;
}
