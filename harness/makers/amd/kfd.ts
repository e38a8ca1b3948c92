/** The numbers in KFD's topology files (/sys/class/kfd/kfd/topology/nodes/<n>/properties) and what they stand for. Pure. */

/** Targets of graphics that are a part of the processor. */
const INTEGRATED_TARGETS: ReadonlySet<string> = new Set([
  'gfx902',
  'gfx909',
  'gfx90c',
  'gfx1013',
  'gfx1033',
  'gfx1035',
  'gfx1036',
  'gfx1037',
  'gfx1103',
  'gfx1150',
  'gfx1151',
  'gfx1152',
  'gfx1153',
]);

/** "name number" lines → map. Lines of another form are passed over. */
export function parseProperties(text: string): ReadonlyMap<string, number> {
  const pairs = [...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, name = '', value]) => [name, Number(value)] as const);
  return new Map(pairs);
}

/** 100100 → gfx1010, 90010 → gfx90a: major, minor and stepping in two decimal digits each, the last two written in hex. */
export function gfxTarget(version: number): string | null {
  if (version <= 0) return null;
  const major = Math.floor(version / 10_000);
  const minor = Math.floor(version / 100) % 100;
  return `gfx${major}${minor.toString(16)}${(version % 100).toString(16)}`;
}

/** domain 0, location 0x300 → 0000:03:00.0: bus in the high byte, then five bits of device and three of function. */
export function pciAddress(domain: number, location: number): string {
  return `${hex(domain, 4)}:${hex(location >> 8, 2)}:${hex((location >> 3) & 31, 2)}.${location & 7}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

export function isIntegrated(target: string | null, properties: ReadonlyMap<string, number>): boolean {
  return (properties.get('cpu_cores_count') ?? 0) > 0 || (target !== null && INTEGRATED_TARGETS.has(target));
}
