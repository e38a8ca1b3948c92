/** Ids of cells and lines: readable, safe as folder names, the same for the same cell for ever. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Axis } from './axes.ts';
import type { Case } from '../../model/cell.ts';
import type { Matrix } from '../file/schema.ts';
import type { Scalar } from '../../model/conditions.ts';

const LONGEST_SLUG = 80;
const DIGITS = 8;
/** A slug that was cut tells cells apart no more: the hash alone must. */
const DIGITS_WHEN_CUT = 16;
/** Stands for the value along the axis while the rest is written. */
const GAP = '\u0000';

export class IdMaker {
  readonly #axes: readonly Axis[];
  readonly #constants: Case;
  /** The first letter of a parameter, or its name where another begins with the same letter. */
  readonly #labels: ReadonlyMap<string, string>;
  readonly #settingsDiffer: boolean;

  constructor(matrix: Matrix, axes: readonly Axis[]) {
    this.#axes = axes;
    this.#constants = matrix.constants;
    this.#settingsDiffer = Object.keys(matrix.settings).length > 1;
    const names = [...axes.flatMap(({ parameters }) => parameters), ...Object.keys(matrix.constants)];
    const isAlone = (name: string): boolean => names.filter((other) => other[0] === name[0]).length === 1;
    this.#labels = new Map(names.map((name) => [name, isAlone(name) ? name.slice(0, 1) : name]));
  }

  /** Id of the cell that the whole case makes. */
  cell(environment: string, setting: string, values: Case): string {
    return finish(
      this.#slug(environment, setting, values).join('_'),
      canonicalJson({ environment, setting, case: values }),
    );
  }

  /** The same for many values along one axis, at a third of the cost: what they share is written once. */
  cellsAlong(environment: string, setting: string, fixed: Case, axis: string): (value: Scalar) => string {
    const slug = this.#slug(environment, setting, fixed);
    const gap = 1 + this.#axes.findIndex(({ name }) => name === axis);
    const slugHead = `${slug.slice(0, gap).join('_')}_`;
    const slugTail = slug
      .slice(gap)
      .map((part) => `_${part}`)
      .join('');
    const identity = canonicalJson({ environment, setting, case: { ...fixed, [axis]: GAP } });
    const written = `${JSON.stringify(axis)}:${JSON.stringify(GAP)}`;
    const place = identity.indexOf(written);
    const head = `${identity.slice(0, place)}${JSON.stringify(axis)}:`;
    const tail = identity.slice(place + written.length);
    return (value) =>
      finish(slugHead + this.#labelled(axis, value) + slugTail, `${head}${JSON.stringify(value)}${tail}`);
  }

  /** `fixed`: the case without the search axis. */
  line(environment: string, setting: string, fixed: Case, axis: string): string {
    return finish(
      this.#slug(environment, setting, fixed).join('_'),
      canonicalJson({ environment, setting, fixed, axis }),
    );
  }

  #slug(environment: string, setting: string, values: Case): string[] {
    const parts = [this.#settingsDiffer ? `${environment}_${setting}` : environment];
    for (const { parameters } of this.#axes) {
      const [only] = parameters;
      if (parameters.length === 1 && only !== undefined) {
        const value = values[only];
        if (value !== undefined) parts.push(this.#labelled(only, value));
      } else {
        parts.push(parameters.map((name) => text(values[name] ?? '')).join('-'));
      }
    }
    for (const [name, value] of Object.entries(this.#constants)) {
      const own = values[name];
      if (own !== undefined && own !== value) parts.push(this.#labelled(name, own));
    }
    return parts;
  }

  /** Text speaks for itself; a number or a truth value needs its parameter. */
  #labelled(name: string, value: Scalar): string {
    return typeof value === 'string' ? text(value) : `${this.#labels.get(name) ?? name}${text(value)}`;
  }
}

function finish(slug: string, identity: string): string {
  const digest = hash('sha256', identity, 'hex');
  if (slug.length <= LONGEST_SLUG) return `${slug}-${digest.slice(0, DIGITS)}`;
  return `${slug.slice(0, LONGEST_SLUG)}-${digest.slice(0, DIGITS_WHEN_CUT)}`;
}

function text(value: Scalar): string {
  if (typeof value === 'number') return String(value);
  return String(value).replace(/[^A-Za-z0-9.+-]+/g, '-');
}
