/** AMD cards that the driver does not offer for compute are worth a word: the kernel log then says why. */
import type { Look, Machine } from '../found.ts';

const PCI = '/sys/bus/pci/devices';
const AMD = '0x1002';
const DISPLAY_CONTROLLER = '0x03';
const MOST = 512;

export async function refusedCards(machine: Machine): Promise<Look> {
  const addresses = (await machine.list(PCI)).slice(0, MOST);
  const { lines } = await machine.lines(
    addresses.flatMap((address) => ['vendor', 'class', 'device'].map((name) => `${PCI}/${address}/${name}`)),
  );
  const at = (address: string, name: string): string => lines.get(`${PCI}/${address}/${name}`) ?? '';
  const refused = addresses.filter(
    (address) => at(address, 'vendor') === AMD && at(address, 'class').startsWith(DISPLAY_CONTROLLER),
  );
  const named = refused.map((address) => `${address} (1002:${at(address, 'device').replace('0x', '')})`);
  const saw =
    named.length === 0
      ? 'no AMD display controller'
      : `${named.join(', ')}: an AMD card that the driver does not offer for compute; look for "kfd" in: journalctl -k`;
  return {
    kind: 'rocm',
    where: PCI,
    saw,
    ...(named.length === 0 ? {} : { mend: 'journalctl -k | grep -iE "kfd|amdgpu"' }),
  };
}
