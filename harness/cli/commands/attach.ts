/** Words and options of `bench attach`: one comment for each matrix and machine on a pull request or an issue. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, type OptionsOf } from '../options.ts';

export const declareAttach = (bench: CommandUnknownOpts) =>
  bench
    .command('attach')
    .description('put the report of a run on a GitHub issue: one comment, changed in place; its files in a release')
    .argument('<run>', 'run folder')
    .requiredOption('--issue <issue>', 'owner/repo#12, or the address of an issue or pull request')
    .option('--release-repo <repo>', "owner/repo for the files (default: the issue's)")
    .option('--release-tag <tag>', 'tag of the release for the files', 'bench-reports')
    .option(
      '--files <names>',
      'files of the run folder to send, with commas (default: report.html, results.json, cells.csv, boundaries.csv, heat maps)',
    )
    .option('--no-files', 'the comment alone')
    .option('--machine <name>', 'tells machines apart that are built alike; only a hash of it is shown')
    .option('--api <url>', 'API URL of a GitHub Enterprise Server: https://HOST/api/v3 (default: GITHUB_API_URL)')
    .option('--max-wait <seconds>', 'longest total wait, in seconds, while GitHub rate-limits', '300')
    .option('--timeout <seconds>', 'for one request; uploads get more by their size', '30')
    .option('--dry-run', 'print what would be sent; uses no network and no token')
    .addOption(jsonOption())
    .option('-q, --quiet', 'say nothing while waiting')
    .addHelpText(
      'after',
      '\nThe token comes from GITHUB_TOKEN, GH_TOKEN or gh. docs/attach.md names the rights it needs and what each error means.',
    );

export type AttachOptions = OptionsOf<typeof declareAttach>;
