/** AMD cards that the driver does not offer for compute are worth a word: the kernel log then says why. */
import type { Look, Machine } from '../found.ts';
import { PCI_DEVICES, displayControllers } from '../pci.ts';

export async function refusedCards(machine: Machine): Promise<Look> {
  const refused = await displayControllers(machine, '1002');
  if (refused.length === 0) return { kind: 'rocm', where: PCI_DEVICES, saw: 'no AMD display controller' };
  const named = refused.map(({ address, ids }) => `${address} (${ids})`).join(', ');
  return {
    kind: 'rocm',
    where: PCI_DEVICES,
    saw: `${named}: an AMD card that the driver does not offer for compute; look for "kfd" in: journalctl -k`,
    mend: 'journalctl -k | grep -iE "kfd|amdgpu"',
  };
}
