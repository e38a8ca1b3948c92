/** The whole examination: facts to findings, and whether the machine can measure. Pure. */
import { cardFindings } from './card.ts';
import { shellFindings } from './shell.ts';
import { evidenceFindings, softwareFindings } from './software.ts';
import { ExitCode } from '../model/errors.ts';
import type { Facts } from './facts.ts';
import type { Check } from '../model/check.ts';

export interface Section {
  readonly title: string;
  readonly findings: readonly Check[];
}

export interface Examination {
  readonly wanted: Facts['wanted'];
  /** Nothing stands in the way of measuring on what was asked for. */
  readonly fit: boolean;
  readonly sections: readonly Section[];
}

export function examine(facts: Facts): Examination {
  const sections = [
    { title: 'bench', findings: softwareFindings(facts) },
    { title: 'card', findings: cardFindings(facts) },
    { title: 'shell', findings: shellFindings(facts) },
    { title: 'evidence', findings: evidenceFindings(facts) },
  ].filter(({ findings }) => findings.length > 0);
  return {
    wanted: facts.wanted,
    fit: !sections.some(({ findings }) => findings.some(({ state }) => state === 'problem')),
    sections,
  };
}

/** 0 when it can measure, 3 when not: warnings do not count. */
export function exitCodeOf({ fit }: Examination): ExitCode {
  return fit ? ExitCode.complete : ExitCode.noVerdict;
}
