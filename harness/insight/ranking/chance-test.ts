/**
 * Whether an explanation stands out from chance. Probes that were made because explanations say something of them count against one that they contradict and
 * for none: whoever looks where a rule says so finds it confirmed more often than it is true. Pure.
 */
import { Chance } from './chance.ts';
import type { ExceptionCode } from './code-length.ts';
import { isIn, type Observation, type ObservationTable } from './observation-table.ts';
import type { Conjunction } from './rank.ts';
import type { CellFacts } from '../cell-facts.ts';

/**
 * Bits by which an explanation has to beat the best account by chance. No complete code beats the truth by b bits more often than once in 2^b; ours is far from
 * complete, for many rules say the same of what was observed: docs/insight.md has what was measured.
 */
const LEAST_MARGIN = 1.5;

interface Side {
  cells: number;
  wrong: number;
}

export class ChanceTest {
  readonly #code: ExceptionCode;
  readonly #table: ObservationTable;
  readonly #chosen: readonly boolean[];
  readonly #chance: Chance;

  constructor(observations: readonly Observation[], table: ObservationTable, code: ExceptionCode, facts: CellFacts) {
    this.#code = code;
    this.#table = table;
    this.#chosen = observations.map(({ chosen }) => chosen === true);
    this.#chance = new Chance(observations, facts);
  }

  /** Bits that it saves against chance: its exceptions are told one by one, or as lines that hang by chance. */
  margin({ cover, termBits }: Conjunction): number {
    const { isBad } = this.#table;
    const isInside = (row: number): boolean => isIn(cover.bits, row);
    const isWrong = (row: number): boolean => isInside(row) !== (isBad[row] === 1);
    const [within, without, chosen]: [Side, Side, Side] = [
      { cells: 0, wrong: 0 },
      { cells: 0, wrong: 0 },
      { cells: 0, wrong: 0 },
    ];
    for (const [row, wasChosen] of this.#chosen.entries()) {
      const side = wasChosen ? chosen : isInside(row) ? within : without;
      side.cells += 1;
      if (isWrong(row)) side.wrong += 1;
    }
    const exceptions = this.#bits(within) + this.#bits(without);
    const against = chosen.wrong === 0 ? 0 : this.#code.side(chosen.cells, chosen.wrong);
    return this.#chance.bits - termBits - Math.min(exceptions, this.#chance.bitsBeside(isWrong)) - against;
  }

  /** Rules without exceptions are half of all: it takes one bit to say that there are none. */
  #bits({ cells, wrong }: Side): number {
    return 1 + (wrong === 0 ? 0 : this.#code.side(cells, wrong));
  }

  standsOut(one: Conjunction): boolean {
    return this.margin(one) >= LEAST_MARGIN;
  }
}
