/** All that is known of one wheel, and what to compare it with. */
import { factText, pythonsText, sizeText, yesNo } from './catalogue-text.ts';
import { columns } from './layout.ts';
import { holdsCode } from '../../catalogue/chips.ts';
import { numpyLimit, wheelId } from '../../catalogue/wheel-name.ts';
import type { Neighbours } from '../../catalogue/find.ts';
import type { Wheel } from '../../catalogue/types.ts';

/** Ends with a line break. "?" marks what is inferred, "-" what is not known. */
export function wheelText(wheel: Wheel, near: Neighbours): string {
  const files = Object.entries(wheel.files).flatMap(([python, { sha256, size }]) => [
    ...(sha256 === null ? [] : [entry(`sha256 ${python}`, sha256)]),
    ...(size === null ? [] : [entry(`size ${python}`, sizeText(size))]),
  ]);
  const lookup = {
    RPATH: 'RPATH: its own libraries win over LD_LIBRARY_PATH',
    RUNPATH: 'RUNPATH: LD_LIBRARY_PATH can replace its libraries',
  };
  return `${columns([
    [`torch==${wheelId(wheel)} (${wheel.channel})`],
    entry('Python', pythonsText(wheel)),
    entry('platform', factText(wheel.platform)),
    entry('MIOpen', factText(wheel.miopen)),
    entry('gfx1030 code', yesNo(wheel.gfx1030)),
    entry('gfx1010 code', yesNo(holdsCode(wheel, 'gfx1010'))),
    entry('torchvision', factText(wheel.torchvision)),
    entry('NumPy', numpyLimit(wheel.torch) ?? 'any'),
    entry('library lookup', wheel.lookup === null ? '-' : `${lookup[wheel.lookup]}?`),
    entry('index', wheel.index ?? '-'),
    entry('size', sizeText(wheel.size)),
    ...files,
    entry('known from', wheel.source + (wheel.onPage === 'yes' ? "; on pytorch.org's page of previous versions" : '')),
    ...(wheel.note === null ? [] : [entry('note', wheel.note)]),
    ['Neighbours, which differ in one factor'],
    entry(`torch only`, names(near.torchOnly)),
    entry(`ROCm only`, names(near.rocmOnly)),
    ...(near.otherBuilds.length === 0
      ? []
      : [entry('of other builds', near.otherBuilds.map((one) => `${wheelId(one)} (${one.channel})`).join(', '))]),
    ...(near.containers.length === 0 ? [] : [entry('images', near.containers.map(({ image }) => image).join(', '))]),
  ]).join('\n')}\n`;
}

function names(wheels: readonly Wheel[]): string {
  return wheels.length === 0 ? 'none' : wheels.map(wheelId).join(', ');
}

function entry(label: string, text: string): readonly string[] {
  return [`  ${label}`, text];
}
