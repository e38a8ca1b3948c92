/** Checks of the card, its driver and this user's rights. Pure; only for those who want to measure on a card. */
import type { Facts } from './facts.ts';
import { makerOf } from '../makers/makers.ts';
import { ok, problem, warning, type Check } from '../model/check.ts';
import { CARD_KINDS, MAKERS, natureOf, wantedName, type DeviceKind } from '../model/makers.ts';

export function cardFindings(facts: Facts): readonly Check[] {
  if (natureOf(facts.wanted) !== 'card') return [];
  const { chosen } = facts;
  const access = suspects(facts).flatMap((kind) => makerOf(kind).doctor?.access(facts) ?? []);
  return [
    ...access,
    card(
      facts,
      access.some(({ state }) => state === 'problem'),
    ),
    ...desktop(facts),
    ...(chosen === null ? [] : (makerOf(chosen.kind).doctor?.card(chosen) ?? [])),
    kernel(facts),
  ];
}

/** Whose driver and files are looked at: the chosen card's; else those of the cards that cannot be used; else of what is wanted, or of the first kind. */
function suspects({ chosen, discovery, wanted }: Facts): readonly DeviceKind[] {
  if (chosen !== null) return [chosen.kind];
  if (wanted !== 'auto') return [wanted];
  const found = CARD_KINDS.filter((kind) => discovery.devices.some((device) => device.kind === kind));
  return found.length > 0 ? found : CARD_KINDS.slice(0, 1);
}

/** `isBarred`: by what stands above. */
function card({ chosen, discovery, wanted }: Facts, isBarred: boolean): Check {
  if (chosen !== null) {
    const { name, target, pciAddress, details } = chosen;
    const known = [
      target,
      pciAddress,
      details?.vramMib === null || details?.vramMib === undefined ? null : `${details.vramMib} MiB`,
      details?.driver,
    ];
    return ok('card', 'Card', [name, ...known.filter((text) => text !== null && text !== undefined)].join(', '));
  }
  const first = discovery.devices.find(({ kind, problem: why }) => MAKERS[kind].nature === 'card' && why !== null);
  if (first?.problem !== undefined && first.problem !== null)
    return problem(
      'card',
      'Card',
      `${first.name}: ${first.problem}`,
      `mend ${isBarred ? 'what stands above' : 'that'}, then ask again: bench doctor`,
    );
  for (const { saw, mend } of discovery.looked) if (mend !== undefined) return problem('card', 'Card', saw, mend);
  return problem(
    'card',
    'Card',
    `no ${wantedName(wanted)}`,
    'without one: bench run <matrix> --device simulated, or --device cpu',
  );
}

function desktop({ chosen, display, survey }: Facts): readonly Check[] {
  if (chosen === null) return [];
  const lit = display?.lit ?? [];
  const others = survey.map((text): Check =>
    warning('card-use', 'In use', text, 'close it, or stop it while you measure'),
  );
  if (lit.length === 0) return [ok('desktop', 'Desktop', 'the card drives no monitor'), ...others];
  return [
    warning(
      'desktop',
      'Desktop',
      `the card drives a monitor (${lit.join(', ')}): a hang may freeze the desktop`,
      'sudo systemctl isolate multi-user.target   and work over ssh',
    ),
    ...others,
  ];
}

function kernel({ kernel: release }: Facts): Check {
  return release === null
    ? warning('kernel', 'Kernel', 'its release could not be read', 'mount /proc')
    : ok('kernel', 'Kernel', release);
}
