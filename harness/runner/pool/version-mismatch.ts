/** Whether an environment is what the matrix calls it: an image may hold another torch than its name says, an index serve another build. Pure. */
import type { EnvironmentVersions } from '../../model/events.ts';
import { declarationOf, type Environment } from '../../matrix/kinds/kinds.ts';
import { runtimeOf } from '../../model/makers.ts';
import { minorOf } from '../../catalogue/order.ts';

/** What is to be said of an environment that loads another torch or ROCm than the matrix says; null where they agree or nothing is known. */
export function disagreement(environment: Environment, versions: EnvironmentVersions): string | null {
  const { torch, hip } = versions;
  if (torch === null) return null;
  const claim = declarationOf(environment);
  const rocm = /\+rocm(\d[\d.]*)/.exec(torch)?.[1] ?? null;
  const isTorch = claim.torch === null || fits(claim.torch, torch.split('+')[0] ?? torch);
  // HIP counts builds where ROCm counts patches: 5.4.22803 is of ROCm 5.4.2.
  const isRocm =
    claim.rocm === null ||
    (rocm === null ? hip !== null && minorOf(hip) === minorOf(claim.rocm) : fits(claim.rocm, rocm));
  if (isTorch && isRocm) return null;
  const says = [claim.torch === null ? '' : `torch ${claim.torch}`, claim.rocm === null ? '' : `ROCm ${claim.rocm}`]
    .filter((part) => part !== '')
    .join(' and ');
  const runtime = runtimeOf(versions);
  const loads = `torch ${torch} (${runtime === null ? 'without a runtime for cards' : `${runtime.name} ${runtime.version}`})`;
  return `${environment.name}: the matrix says ${says}, but it loads ${loads}: what is found there holds for that; correct the matrix, or where the environment comes from`;
}

/** A version may be shortened: "2.1" says 2.1.2, and 2.1.0a0 too. One with more than numbers has to be the same. */
function fits(claimed: string, actual: string): boolean {
  if (!/^\d+(?:\.\d+)*$/.test(claimed)) return claimed === actual;
  const release = /^\d+(?:\.\d+)*/.exec(actual)?.[0] ?? '';
  const short = claimed.replace(/(?:\.0)+$/, '');
  const zeros = claimed.slice(short.length);
  return `${release}.`.startsWith(`${claimed}.`) || (release === short && zeros !== '');
}
