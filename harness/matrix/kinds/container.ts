/** A container image that holds Python and torch. */
import { z } from 'zod';
import { EnvironmentCommon, type Declaration } from './declaration.ts';
import { Version } from '../names.ts';
import { imageVersions } from '../../catalogue/differences.ts';

export const ContainerSpec = z
  .strictObject({
    kind: z.literal('container').describe('A container image that holds Python and torch.'),
    ...EnvironmentCommon,
    image: z
      .string()
      .regex(/^[A-Za-z0-9]\S*$/, 'this is not the name of an image; write one with its tag, such as "rocm/pytorch:6.2"')
      .describe('Image with its tag.'),
    torch: Version.optional().describe('Version of torch in the image, for conditions and reports.'),
    rocm: Version.optional().describe('Version of ROCm in the image, for conditions and reports.'),
    python: z.string().min(1).default('python3').describe('Python interpreter inside the image.'),
  })
  .describe('A container image.');

type Container = Pick<z.output<typeof ContainerSpec>, 'image' | 'torch' | 'rocm'>;

export function declaredContainer(container: Container): Declaration {
  const { image, torch, rocm } = container;
  return {
    nickname: imageTag(image),
    torch: torch ?? null,
    rocm: rocm ?? null,
    wheel: null,
    download: () => ({ kind: 'image', file: image, bytes: null }),
    versions: (catalogue) => imageVersions(container, catalogue),
  };
}

/** The image's tag, else its last part. */
function imageTag(image: string): string {
  const [reference = '', digest] = image.split('@');
  const last = reference.split('/').at(-1) ?? '';
  const [repository = '', tag] = last.split(':');
  if (tag !== undefined && tag !== '') return tag;
  return digest === undefined ? repository : `${repository}-${digest.replace(/^sha256:/, '').slice(0, 12)}`;
}
