/** Checks of the caller's variables: what they would do elsewhere, and that probes do not get them. Pure. */
import type { Facts } from './facts.ts';
import { ALL_MAKERS, makerOf } from '../makers/makers.ts';
import { ok, warning, type Check } from '../model/check.ts';
import { MAKERS, natureOf } from '../model/makers.ts';
import { withheld } from '../environments/kinds/wheel/withheld.ts';

export function shellFindings(facts: Facts): readonly Check[] {
  return [...ofCard(facts), ...variables(facts)];
}

function ofCard({ chosen, discovery, ambient, wanted }: Facts): readonly Check[] {
  if (natureOf(wanted) !== 'card') return [];
  // A card that this user may not open yet is worth the advice too.
  const card = chosen ?? discovery.devices.find(({ kind }) => MAKERS[kind].nature === 'card');
  return card === undefined ? [] : (makerOf(card.kind).doctor?.shell(card, ambient) ?? []);
}

/** The makers' own are told of with the card. */
const TOLD = new Set(ALL_MAKERS.flatMap(({ doctor }) => doctor?.told ?? []));

/** LD_LIBRARY_PATH and its like, then everything else that decides results elsewhere. */
function variables({ ambient }: Facts): readonly Check[] {
  const said = withheld(ambient, TOLD);
  if (said.length === 0) return [ok('variables', 'Variables', 'none in your shell that would change a result')];
  return said.map((text) => {
    const names = [...text.matchAll(/\b([A-Z][A-Z0-9_]+)=/g)].map(([, name = '']) => name);
    return warning(
      'variables',
      'Variables',
      text,
      names.length === 0
        ? 'write what is to be tested under env: in the matrix'
        : `unset ${names.join(' ')}   where it is not meant`,
    );
  });
}
