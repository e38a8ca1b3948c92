/** Words and options of `bench catalogue`: the wheels and images that are known, and what a package index has that is new. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, type OptionsOf } from '../options.ts';

export const declareCatalogue = (bench: CommandUnknownOpts) =>
  bench.command('catalogue').description('the torch wheels for ROCm: which there are, for which Python and card');

export const declareCatalogueList = (catalogue: CommandUnknownOpts) =>
  catalogue
    .command('list', { isDefault: true })
    .description('list wheels; a version such as 2.1 means all that begin with it, ">=5.2,<6.3" a range')
    .option('--torch <versions>', 'these versions of torch only')
    .option('--rocm <versions>', 'these ROCm tags only')
    .option('--python <version>', 'built for this Python, such as 3.10 or cp310')
    .option('--card <chip>', 'only wheels with code for this GPU, such as gfx1010')
    .option('--holds <chip>', 'known to hold code for this chip, such as gfx1030')
    .option('--lacks <chip>', 'known to hold no code for it')
    .option('--channel <name>', 'stable, later, amd, nightly, gfx1010 or container', 'stable')
    .option('--order <by>', 'torch or rocm (default: torch)')
    .option('--newest', 'only the newest torch for each ROCm version')
    .option('--grid', 'torch by ROCm')
    .addOption(jsonOption());

export const declareCatalogueShow = (catalogue: CommandUnknownOpts) =>
  catalogue
    .command('show')
    .description('everything known of one wheel, and the wheels that differ from it in one factor')
    .argument('<wheel>', 'such as torch==2.2.2+rocm5.7')
    .addOption(jsonOption());

export const declareCatalogueUpdate = (catalogue: CommandUnknownOpts) =>
  catalogue
    .command('update')
    .description('read a package index (PEP 503 or PEP 691) and add what it lists to your own part of the catalogue')
    .requiredOption('--index <url>', 'such as https://download.pytorch.org/whl')
    .option('--dry-run', 'show what is new and write nothing')
    .addOption(jsonOption());

export type CatalogueListOptions = OptionsOf<typeof declareCatalogueList>;
export type CatalogueShowOptions = OptionsOf<typeof declareCatalogueShow>;
export type CatalogueUpdateOptions = OptionsOf<typeof declareCatalogueUpdate>;
