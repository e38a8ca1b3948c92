/**
 * What bench knows of a probe besides its file: what its parameters mean, which shapes lie near one another, how a case is made to happen again.
 * A probe without such knowledge is measured, judged and reported all the same; then numbers are numbers and a case is its parameters. Pure.
 */
import type { Case } from '../model/cell.ts';
import type { Scalar } from '../model/conditions.ts';
import type { Control } from '../model/control.ts';

export interface ProbeKnowledge {
  /** The probes that this is known of, as a matrix names them. */
  readonly probes: readonly string[];
  readonly parameters: readonly string[];
  /** Numbers that follow from a case. A name means the same in the knowledge of every probe. */
  readonly quantities: readonly DerivedQuantity[];
  /** The values of `quantities`; null for what can be no case of this probe. */
  derive(one: Case): Readonly<Record<string, number>> | null;
  /** Parameters of one kind, of which "both" and "either" can be said; null where any two that vary may be such a pair. */
  readonly siblings: readonly Pair[] | null;
  /** A parameter in place of which its sides may be given, one by one: only the longest of them counts as a size. */
  readonly square: { readonly side: string; readonly sides: readonly string[] } | null;
  /** Two parameters that a short text writes as one where both vary, such as "16→32". */
  readonly arrow: Pair | null;
  /** Changes of one parameter that give a telling shape near this one; null where any near value will do. */
  near(name: string, base: Case): NearChanges | null;
  /** How a case is made to happen again without bench. */
  reproduction(one: Case): Reproduction | Nothing;
  /** A program of the suspected library that runs a case as well; null where there is none. */
  readonly driver: Driver | null;
  /** The control that does what this probe does, without the library below torch. `operation`: what both do, as a noun that follows "a". */
  readonly withoutDnn: { readonly control: Control; readonly operation: string } | null;
}

export type Pair = readonly [string, string];

export interface DerivedQuantity {
  readonly name: string;
  /** With a meaning of its own, or mere arithmetic. */
  readonly tier: 'derived' | 'arithmetic';
  /** In a sentence, where the name does not say it. */
  readonly words?: string;
  /** Whether being a power of two, or a multiple of one, may matter. */
  readonly divides?: true;
}

/** Parameters that go together change together; undefined takes one away. */
export type Change = Readonly<Record<string, Scalar | undefined>>;

export interface NearChanges {
  readonly changes: readonly Change[];
  /** Whether values near the parameter's own are tried as well. */
  readonly others: boolean;
}

/** `why`: ends "Left out: ". */
export interface Nothing {
  readonly kind: 'nothing';
  readonly why: string;
}

export interface Reproduction {
  readonly kind: 'program';
  /** The case in one line, for a title. */
  readonly shape: string;
  readonly program: Program;
}

/** Lines of Python, not indented, within a frame that gives up by itself: `torch`, `device`, `os`, `sys`, `faulthandler` and LIMIT (s) are at hand. */
export interface Program {
  /** Of the function that holds them. */
  readonly name: string;
  /** Before the device is told. */
  readonly setup: readonly string[];
  /** These leave a tensor called `result`. */
  readonly lines: readonly string[];
}

export interface Driver {
  readonly name: string;
  /** Whose program it is: a device that uses another library has no use for it. */
  readonly library: string;
  /** Where a person finds the program. */
  readonly origin: string;
  commandOf(one: Case): Command | Nothing;
}

export interface Command {
  readonly kind: 'command';
  readonly line: string;
}

/** Of a probe that bench knows by its name alone. */
export const NO_KNOWLEDGE: ProbeKnowledge = {
  probes: [],
  parameters: [],
  quantities: [],
  derive: () => ({}),
  siblings: null,
  square: null,
  arrow: null,
  near: () => null,
  reproduction: () => ({ kind: 'nothing', why: 'bench does not know what this probe runs' }),
  driver: null,
  withoutDnn: null,
};
