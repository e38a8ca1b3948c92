/** The files of a run that are worth a link, read from its folder. Only files: nothing is sent here. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openOwn } from '../machine/files/own-file.ts';
import { UsageError } from '../model/errors.ts';

export interface ReportFile {
  readonly name: string;
  readonly content: Buffer;
  readonly contentType: string;
}

const USUAL = ['report.html', 'results.json', 'cells.csv', 'boundaries.csv'];
const PICTURE = /^heat-?maps?(?:[.-][\w.-]*)?\.(?:svg|png)$/i;
const MOST_PICTURES = 8;
/** GitHub takes 2 GiB for a file of a release; nobody opens a report of that size. */
const MOST_BYTES = 256 * 1024 * 1024;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  md: 'text/markdown; charset=utf-8',
  xml: 'application/xml',
};

/**
 * `chosen`: names given by the caller, or null for what is there of the usual ones and of pictures of heat maps.
 * UsageError `file-missing`, `file-name-odd`, `asset-too-large`, `asset-empty`.
 */
export async function readFiles(folder: string, chosen: readonly string[] | null): Promise<readonly ReportFile[]> {
  const present = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const pictures = present
    .filter((name) => PICTURE.test(name))
    .toSorted()
    .slice(0, MOST_PICTURES);
  const names = chosen ?? [...USUAL.filter((name) => present.includes(name)), ...pictures];
  const files: ReportFile[] = [];
  for (const name of new Set(names)) files.push(await readOne(folder, name));
  return files;
}

async function readOne(folder: string, name: string): Promise<ReportFile> {
  if (!/^[A-Za-z0-9][\w.+-]{0,99}$/.test(name))
    throw new UsageError(
      'file-name-odd',
      `${JSON.stringify(name)} is not the name of a file of the run folder`,
      'give names without folders, for example --files report.html,cells.csv',
    );
  const handle = await openOwn(join(folder, name), 'read').catch((error: unknown) => {
    throw new UsageError(
      'file-missing',
      `${name} is not in the run folder, or cannot be read`,
      `make the reports again: bench report ${folder}; or leave it out of --files`,
      { cause: error },
    );
  });
  try {
    const { size } = await handle.stat();
    if (size > MOST_BYTES) {
      throw new UsageError(
        'asset-too-large',
        `${name} has ${Math.ceil(size / 1024 / 1024)} MiB, and ${MOST_BYTES / 1024 / 1024} are sent at most`,
        'choose files without it, for example --files report.html,boundaries.csv',
      );
    }
    // GitHub refuses empty files with a message that says nothing.
    if (size === 0)
      throw new UsageError('asset-empty', `${name} is empty`, `make the reports again: bench report ${folder}`);
    const content = await handle.readFile();
    return { name, content, contentType: CONTENT_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' };
  } finally {
    await handle.close();
  }
}
