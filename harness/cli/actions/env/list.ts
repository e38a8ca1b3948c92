/** `bench env list`: the environments in the cache. */
import { printJson, type Io } from '../../streams.ts';
import { keptBytes, keptJson, keptLine } from '../../text/kept-text.ts';
import { environmentsFolder } from '../../../environments/kinds/wheel/wheel-plan.ts';
import { listKept } from '../../../environments/store/kept-environments.ts';
import { humanBytes } from '../../../matrix/file/disk-size.ts';
import { ExitCode } from '../../../model/errors.ts';

export async function envList({ json }: { readonly json?: true | undefined }, io: Io): Promise<ExitCode> {
  const root = environmentsFolder(io.env);
  const kept = await listKept(root);
  if (json === true)
    printJson(io, { schema: 1, folder: root, bytes: keptBytes(kept), environments: kept.map(keptJson) });
  else
    io.stdout.write(
      kept.length === 0
        ? `no environment is kept in ${root}\n`
        : `${kept.map(keptLine).join('\n')}\n\n${humanBytes(keptBytes(kept))} in ${root}\n`,
    );
  return ExitCode.complete;
}
