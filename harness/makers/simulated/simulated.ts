/** The maker of cards that do not exist: nothing is found and nothing is read, for the model of the run says what there is. */
import type { Maker } from '../maker.ts';
import { nothing } from '../../model/attempt/collected.ts';

export const simulated: Maker = {
  kind: 'simulated',
  discover: async () => ({ devices: [], looked: [] }),
  repair: () => 'a SIMULATED card is repaired when the run is resumed',
  readings: async () => nothing('a simulated card'),
  counts: async () => nothing('a simulated card'),
};
