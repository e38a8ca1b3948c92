/** Checks of the caller's variables: what they would do elsewhere, and that probes do not get them. Pure. */
import { ok, warning, type Facts, type Finding } from './facts.ts';
import { withheld } from '../environments/kinds/wheel/withheld.ts';

const OVERRIDE = 'HSA_OVERRIDE_GFX_VERSION';
/** Cards that run code of a near relative when they pose as it. */
const POSES: readonly (readonly [card: RegExp, value: string, chip: string])[] = [
  [/^gfx101[0-2]$/, '10.3.0', 'gfx1030'],
  [/^gfx103[1-6]$/, '10.3.0', 'gfx1030'],
];

export function shellFindings(facts: Facts): readonly Finding[] {
  return [...override(facts), ...variables(facts)];
}

function override({ chosen, discovery, ambient, wanted }: Facts): readonly Finding[] {
  // A card that this user may not open yet is worth the advice too.
  const card = chosen ?? discovery.devices.find(({ kind }) => kind === 'rocm');
  if (wanted === 'cpu' || wanted === 'simulated' || card?.kind !== 'rocm' || card.target === null) return [];
  const set = ambient[OVERRIDE] ?? '';
  const pose = POSES.find(([cards]) => cards.test(card.target ?? ''));
  if (pose === undefined) {
    return set === ''
      ? [ok('override', 'Override', `${card.target} needs none with a wheel that holds its code`)]
      : [
          warning(
            'override',
            'Override',
            `${set} in your shell, but ${card.target} needs none with a wheel that holds its code`,
            `unset ${OVERRIDE}`,
          ),
        ];
  }
  const [, value, chip] = pose;
  const say = `${OVERRIDE}: ${card.target} runs the public wheels as ${chip}: ${value}`;
  if (set === '') return [ok('override', 'Override', `${say}, in the matrix under env: (matrices/conv2d.yml has it)`)];
  if (set === value) return [ok('override', 'Override', `${say}; your shell has it too, and probes get the matrix's`)];
  const danger = ['11.0.0', '9.4.0'].includes(set) ? '; this value has reset RDNA1 cards and locked machines' : '';
  return [warning('override', 'Override', `${set} in your shell; ${say}${danger}`, `export ${OVERRIDE}=${value}`)];
}

/** LD_LIBRARY_PATH and its like, then everything else that decides results elsewhere. */
function variables({ ambient }: Facts): readonly Finding[] {
  const said = withheld(ambient, new Set([OVERRIDE]));
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
