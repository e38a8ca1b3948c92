/** Cards that are not well, or whose hangs are not sure. The canary passes on all of them: only the suspect's own path is concerned. */
import type { Card } from './drive.ts';
import type { Surface } from './surface.ts';
import type { Random } from '../search/random.ts';
import { siteKey } from '../../../harness/model/site.ts';

/** A cell that hangs does so in a share of its tries, each for itself. */
export function flakyCard({ truthOf }: Surface, random: Random, share: number): Card {
  return {
    suspect: (place) => {
      const truth = truthOf(place);
      return truth === 'hang' && !random.chance(share) ? 'pass' : truth;
    },
  };
}

/** A hang leaves the suspect's path wedged: its next `count` attempts hang, whatever they are. */
export function wedgedCard({ truthOf }: Surface, count: number): Card {
  let left = 0;
  return {
    suspect: (place) => {
      const truth = truthOf(place);
      if (left > 0) {
        left -= 1;
        return 'hang';
      }
      if (truth === 'hang') left = count;
      return truth;
    },
  };
}

/** From the attempt after `count` on everything hangs. */
export function wornCard({ truthOf }: Surface, count: number): Card {
  let made = 0;
  return {
    suspect: (place) => {
      made += 1;
      return made > count ? 'hang' : truthOf(place);
    },
  };
}

/** The first `count` attempts in each environment and setting hang: nothing is warm yet. */
export function coldCard({ truthOf }: Surface, count: number): Card {
  const made = new Map<string, number>();
  return {
    suspect: (place) => {
      const before = made.get(siteKey(place)) ?? 0;
      made.set(siteKey(place), before + 1);
      return before < count ? 'hang' : truthOf(place);
    },
  };
}

/** After `count` attempts without a hang the card is warm, and sizes from `size` on hang; the wait for a hang cools it. */
export function warmCard({ truthOf }: Surface, count: number, size: number): Card {
  let warmth = 0;
  return {
    suspect: (place) => {
      const truth = warmth >= count && Number(place.case['size']) >= size ? 'hang' : truthOf(place);
      warmth = truth === 'hang' ? 0 : warmth + 1;
      return truth;
    },
  };
}

/** An attempt hangs where the one before it was of `size` or above. */
export function heavyCard({ truthOf }: Surface, size: number): Card {
  let before = 0;
  return {
    suspect: (place) => {
      const truth = before >= size ? 'hang' : truthOf(place);
      before = Number(place.case['size']);
      return truth;
    },
  };
}
