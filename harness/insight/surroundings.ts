/** What a matrix, and the environments themselves, say of versions and settings, and what is known of its probe. */
import type { Surroundings } from './cell-facts.ts';
import { minorOf } from '../catalogue/order.ts';
import { knowledgeOf } from '../knowledge/probes.ts';
import { publicVariables } from '../model/redact.ts';
import { declarationOf } from '../matrix/kinds/kinds.ts';
import type { Matrix } from '../matrix/file/schema.ts';
import type { Scalar } from '../model/conditions.ts';

/** What an environment said of itself; HIP's version stands for ROCm's. */
export interface ToldVersions {
  readonly torch: string | null;
  readonly hip: string | null;
  readonly python?: string;
}

/** `told`: by name, null where nobody knows. What the matrix declares comes first. */
export function surroundingsOf(
  matrix: Pick<Matrix, 'probe' | 'environments' | 'settings' | 'env' | 'search'>,
  told: (environment: string) => ToldVersions | null,
): Surroundings {
  return {
    knowledge: knowledgeOf(matrix.probe),
    axis: matrix.search.axis,
    environments: matrix.environments.map((environment) => {
      const { torch, rocm } = declarationOf(environment);
      const own = told(environment.name);
      return {
        name: environment.name,
        torch: torch ?? own?.torch ?? null,
        rocm: rocm ?? own?.hip?.split('-')[0] ?? null,
        python: pythonOf(environment.kind === 'wheel' ? environment.python : own?.python),
      };
    }),
    settings: Object.entries(matrix.settings).map(([name, { env, torch }]) => ({
      name,
      env: publicVariables({ ...matrix.env, ...env }),
      torch: defined(torch),
    })),
  };
}

/** "3.10" of "3.10.12": what a wheel is built for. */
function pythonOf(version: string | undefined): string | null {
  return version === undefined ? null : minorOf(version);
}

function defined(record: Readonly<Record<string, Scalar | undefined>>): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
