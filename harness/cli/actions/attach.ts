/** `bench attach`: the report of a run as one comment on a GitHub issue, with its files in a release. */
import { printJson, type Io } from '../streams.ts';
import type { AttachOptions } from '../commands/attach.ts';
import { resolve } from 'node:path';
import { readResults } from '../run/judge-and-report.ts';
import { askGh } from '../input/ask-gh.ts';
import { ExitCode, UsageError } from '../../model/errors.ts';
import { attach, type Attached } from '../../github/attach.ts';
import { readFiles } from '../../github/files.ts';
import { bodyOf, expectedLinks, expectedRelease, planAttach, type AttachPlan } from '../../github/plan.ts';
import { nameOf, readRepository, readTarget } from '../../github/target.ts';
import { findToken } from '../../github/api/token.ts';
import { openResults } from '../../journal/run-folder.ts';
import { packageVersion } from '../../machine/installation.ts';

export async function attachRun(run: string, options: AttachOptions, { stdout, stderr, env }: Io): Promise<ExitCode> {
  const plan = await planOf(run, options, env);
  if (options.dryRun === true) {
    if (options.json === true) printJson({ stdout }, dryDocument(plan), 1);
    else stdout.write(dryText(plan));
    return ExitCode.complete;
  }
  const maxWaitSeconds = seconds('max-wait', options.maxWait, 0);
  const limitSeconds = seconds('timeout', options.timeout, 1);
  const token = await findToken(env, () => askGh(new URL(plan.target.api).hostname));
  const done = await attach(plan, {
    token,
    userAgent: `bench/${packageVersion()}`,
    environment: env,
    maxWaitSeconds,
    limitSeconds,
    onWait: (wait, why) => {
      if (options.quiet !== true) stderr.write(`bench: GitHub asks to wait ${wait} s: ${why}\n`);
    },
  });
  if (options.json === true) printJson({ stdout }, { dryRun: false, issue: issueOf(plan), ...done }, 1);
  else stdout.write(doneText(done));
  return ExitCode.complete;
}

async function planOf(run: string, options: AttachOptions, env: NodeJS.ProcessEnv): Promise<AttachPlan> {
  const target = readTarget(options.issue, { option: options.api, variable: env['GITHUB_API_URL'] });
  const folder = await openResults(run);
  const results = await readResults(folder);
  const summary = await folder.read('summary.md');
  if (summary === null)
    throw new UsageError('no-summary', `${run} has no summary.md`, `make the reports: bench report ${run}`);
  // What changed since the baseline is what a nightly comment is read for.
  const comparison = await folder.read('comparison.md');
  if (!/^[A-Za-z0-9][\w./-]{0,99}$/.test(options.releaseTag))
    throw new UsageError(
      'tag-malformed',
      `${JSON.stringify(options.releaseTag)} cannot be a tag`,
      'use letters, digits, ".", "_" and "-"',
    );
  const chosen =
    typeof options.files === 'string'
      ? options.files
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '')
      : null;
  const repository = options.releaseRepo === undefined ? target.issue : readRepository(options.releaseRepo);
  return planAttach({
    target,
    results,
    summary: comparison === null ? summary : `${comparison}\n${summary}`,
    machineName: options.machine ?? null,
    release:
      options.files === false
        ? null
        : { repository: { owner: repository.owner, repo: repository.repo }, tag: options.releaseTag },
    files: options.files === false ? [] : await readFiles(resolve(run), chosen),
  });
}

function seconds(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least && value <= 86_400) return value;
  throw new UsageError(
    'number-malformed',
    `--${name} is a number of seconds from ${least} to 86,400, not ${JSON.stringify(text)}`,
    `for example --${name} 300`,
  );
}

function issueOf({ target: { issue } }: AttachPlan): string {
  return `${nameOf(issue)}#${issue.number}`;
}

function dryDocument(plan: AttachPlan): Record<string, unknown> {
  const body = bodyOf(plan, expectedLinks(plan), expectedRelease(plan));
  return {
    dryRun: true,
    api: plan.target.api,
    issue: issueOf(plan),
    machine: plan.machine,
    comment: { marker: plan.marker, characters: body.length, body },
    release:
      plan.release === null
        ? null
        : { repository: nameOf(plan.release.repository), tag: plan.release.tag, url: expectedRelease(plan) },
    files: plan.files.map(({ name, asset, content, contentType }) => ({
      file: name,
      asset,
      bytes: content.byteLength,
      contentType,
    })),
  };
}

function dryText(plan: AttachPlan): string {
  const body = bodyOf(plan, expectedLinks(plan), expectedRelease(plan));
  const files = plan.files.map(({ name, asset, content }) => `  ${name} (${content.byteLength} bytes) as ${asset}`);
  return [
    `Nothing was sent and nothing was asked. bench attach would send to ${plan.target.api}:`,
    ...(plan.release === null
      ? ['no files']
      : [
          `${files.length} files into the release ${plan.release.tag} of ${nameOf(plan.release.repository)}, which is made if it is not there:`,
          ...files,
        ]),
    `one comment on ${issueOf(plan)} of ${body.length} characters; a comment of the same account that begins with the same first line is changed instead:`,
    '',
    body,
  ].join('\n');
}

function doneText({ comment, files, removed }: Attached): string {
  const sent = files.filter(({ action }) => action === 'uploaded').length;
  return [
    `${comment.url}`,
    `comment ${comment.action}${comment.folded > 0 ? `, ${comment.folded} double${comment.folded === 1 ? '' : 's'} removed` : ''}; ${files.length} files linked, ${sent} of them sent now, ${removed.length} old ones removed`,
    '',
  ].join('\n');
}
