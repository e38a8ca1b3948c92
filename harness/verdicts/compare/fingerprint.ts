/**
 * What differs between the machines, the software and the matrices of two runs: said before anything else, because it may be the reason for all of it.
 * Paths, names of people and times are no part of it.
 */
import { canonicalJson } from '../../model/canonical-json.ts';
import type { FingerprintChange } from '../../model/results/comparison.ts';
import type { EnvironmentResult, Results } from '../../model/results/results.ts';

type Weight = FingerprintChange['weight'];
type Texts = Readonly<Record<string, string | null | undefined>>;

/** Causes first; within them the machine before its environments. */
export function compareFingerprints(baseline: Results, run: Results): FingerprintChange[] {
  const all = [
    ...machine(baseline, run),
    ...environments(baseline, run),
    ...settings(baseline, run),
    ...matrices(baseline, run),
  ];
  return [...all.filter(({ weight }) => weight === 'cause'), ...all.filter(({ weight }) => weight === 'context')];
}

function machine(baseline: Results, run: Results): FingerprintChange[] {
  const [old, now] = [baseline.device, run.device];
  return [
    ...whole('cause', 'device', `${old.kind}: ${old.name}`, `${now.kind}: ${now.name}`),
    ...whole('cause', 'target', old.target, now.target),
    ...whole('cause', 'model of the simulated card', old.simulation?.model, now.simulation?.model),
    // A run of before this was recorded says nothing of it.
    ...(old.details === undefined || now.details === undefined
      ? []
      : [
          ...whole('cause', 'driver', old.details.driver, now.details.driver),
          ...table('cause', 'firmware', null, old.details.firmware, now.details.firmware),
          ...whole('cause', 'VBIOS', old.details.vbios, now.details.vbios),
          ...table('cause', 'module parameter', null, old.details.moduleParameters, now.details.moduleParameters),
          ...whole('cause', 'PCI ids', old.details.pciIds, now.details.pciIds),
          ...whole('cause', 'PCIe link', old.details.pcieLink, now.details.pcieLink),
          ...whole('cause', 'PCIe atomics', text(old.details.pcieAtomics), text(now.details.pcieAtomics)),
          ...whole('context', 'video memory, MiB', text(old.details.vramMib), text(now.details.vramMib)),
        ]),
    ...whole('cause', 'kernel', baseline.host.kernel, run.host.kernel),
    ...whole('context', 'processor', baseline.host.cpu, run.host.cpu),
    ...whole('context', 'memory, MiB', text(baseline.host.memoryMib), text(run.host.memoryMib)),
    ...whole('context', 'PCI address', old.pciAddress, now.pciAddress),
    ...table('context', "caller's variable, which probes do not get:", null, baseline.host.ambient, run.host.ambient),
    ...whole('context', 'bench', baseline.tool, run.tool),
    ...whole('context', 'Node', baseline.host.node, run.host.node),
  ];
}

function whole(weight: Weight, what: string, before: Text, after: Text): FingerprintChange[] {
  return one(weight, what, null, before, after);
}

function environments(baseline: Results, run: Results): FingerprintChange[] {
  const old = new Map(baseline.environments.map((known) => [known.name, known]));
  return run.environments.flatMap((now) => {
    const was = old.get(now.name);
    return was === undefined ? [] : environment(was, now);
  });
}

function environment(was: EnvironmentResult, now: EnvironmentResult): FingerprintChange[] {
  const { name } = now;
  const declared = [
    ...one('cause', 'kind', name, was.kind, now.kind),
    ...table('cause', 'variable', name, was.env, now.env),
  ];
  const [old, seen] = [was.versions, now.versions];
  // What was not started this time is told as cells without verdict.
  if (old === null || seen === null) return declared;
  return [
    ...declared,
    ...one('cause', 'torch', name, old.torch, seen.torch),
    ...one('cause', 'HIP', name, old.hip, seen.hip),
    ...one('cause', 'CUDA', name, old.cuda, seen.cuda),
    ...one('cause', 'MIOpen or cuDNN', name, old.dnn, seen.dnn),
    ...one('cause', 'Python', name, old.python, seen.python),
    ...one('cause', 'chips in the binaries', name, old.archList.join(' '), seen.archList.join(' ')),
    ...table('cause', '', name, old.more, seen.more),
  ];
}

function settings(baseline: Results, run: Results): FingerprintChange[] {
  const old = new Map(baseline.settings.map((setting) => [setting.name, setting]));
  return run.settings.flatMap(({ name, env, torch }) => {
    const was = old.get(name);
    const switches = (some: typeof torch): Texts =>
      Object.fromEntries(Object.entries(some).map(([key, value]) => [key, String(value)]));
    return was === undefined
      ? []
      : [
          ...table('cause', 'variable', `setting ${name}`, was.env, env),
          ...table('cause', 'torch switch', `setting ${name}`, switches(was.torch), switches(torch)),
        ];
  });
}

function matrices(baseline: Results, run: Results): FingerprintChange[] {
  return [
    ...one('cause', 'probe', null, baseline.run.probe, run.run.probe),
    ...one('cause', 'what counts as bad', null, baseline.bad.join(', '), run.bad.join(', ')),
    ...one('context', 'matrix', null, baseline.run.matrix, run.run.matrix),
    ...one('context', 'search strategy', null, baseline.run.strategy, run.run.strategy),
    ...one('context', 'search axis', null, baseline.searchAxis, run.searchAxis),
    ...one('context', 'what flaky hangs are promised', null, flakyText(baseline), flakyText(run)),
  ];
}

function flakyText({ run: { flaky } }: Results): string | null {
  return flaky === undefined ? null : canonicalJson(flaky);
}

type Text = string | null | undefined;

function one(weight: Weight, what: string, where: string | null, before: Text, after: Text): FingerprintChange[] {
  return (before ?? null) === (after ?? null)
    ? []
    : [{ weight, what, where, before: before ?? null, after: after ?? null }];
}

function table(weight: Weight, what: string, where: string | null, before: Texts, after: Texts): FingerprintChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  // A variable that is taken away (null) is not one that nobody speaks of.
  const shown = (texts: Texts, name: string): Text =>
    Object.hasOwn(texts, name) ? (texts[name] ?? 'taken away') : null;
  return names.flatMap((name) => one(weight, `${what} ${name}`.trim(), where, shown(before, name), shown(after, name)));
}

function text(value: number | boolean | null): string | null {
  return value === null ? null : String(value);
}
