/** The parts of GitHub's answers that are used; everything else in them is left alone. */
import { z } from 'zod';

export const User = z.object({ id: z.number(), login: z.string() });
export const Viewer = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });

export const Issue = z.object({
  number: z.number(),
  html_url: z.string(),
  repository_url: z.string(),
  locked: z.boolean().optional(),
  comments: z.number().optional(),
});

export const RepositoryAnswer = z.object({
  full_name: z.string(),
  archived: z.boolean().optional(),
  /** Absent for some kinds of tokens: then the first write tells. */
  permissions: z.object({ push: z.boolean() }).optional(),
});

export const Comment = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ id: z.number(), login: z.string() }).nullable(),
});
export type Comment = z.infer<typeof Comment>;

export const Release = z.object({
  id: z.number(),
  html_url: z.string(),
  upload_url: z.string(),
  draft: z.boolean(),
  /** Repositories may be set so that nothing can be added to a published release. */
  immutable: z.boolean().optional(),
});
export type Release = z.infer<typeof Release>;

export const Asset = z.object({
  id: z.number(),
  name: z.string(),
  /** open: an upload that was never finished may read so, or "starter". */
  state: z.string(),
  size: z.number(),
  browser_download_url: z.string(),
});
export type Asset = z.infer<typeof Asset>;

/** Of a deletion: no content. A sign-in page that answers 200 has deleted nothing. */
export const Nothing = z.literal('');
