/** Environments and settings: names that must be unique or there. */
import { nameEnvironments } from '../environment-names.ts';
import type { Finding } from '../problem.ts';
import type { Draft } from './draft.ts';

export function checkEnvironments({ file }: Draft): readonly Finding[] {
  const findings: Finding[] = [];
  const { environments = [], settings } = file;
  const first = new Map<string, number>();
  for (const [index, { name }] of nameEnvironments(environments).entries()) {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, index);
      continue;
    }
    const given = environments[index]?.name !== undefined;
    const path = ['environments', index, ...(given ? ['name'] : [])];
    const what = given ? `"${name}" is the name of` : `has the same name, "${name}", as`;
    findings.push({ path, at: 'value', message: `${what} environment ${before + 1}; give each a "name" of its own` });
  }
  if (settings !== undefined && !Object.hasOwn(settings, 'default')) {
    const message = 'has no "default", which the other settings are compared with; add "default: {}"';
    findings.push({ path: ['settings'], at: 'key', message });
  }
  return findings;
}
