/** The names a matrix may use. Where a file name, a table column or a variable would not survive an odd name, it is refused here. */
import { z } from 'zod';
import { isVersionOrRange } from '../catalogue/order.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;
const PARAMETER = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const VERSION = /^\d+(\.\d+){0,3}([A-Za-z0-9.+-]*)$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Of a matrix or an environment. */
export const Name = z.string().regex(NAME, {
  error: (issue) =>
    `${quoted(issue.input)} is not a name; a name is 1 to 64 letters, digits, ".", "_", "+" or "-" and begins with a letter or a digit`,
});

/** Of a setting: an object key of digits alone would be moved before its neighbours, and settings are ordered. */
export const SettingName = z.string().regex(/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, {
  error: (issue) =>
    `${quoted(issue.input)} is not a name of a setting; use 1 to 64 letters, digits, ".", "_", "+" or "-", with a letter or a digit first and not digits alone`,
});

/** Of an axis or a case parameter. No dots: conditions use `env.NAME` for variables. */
export const ParameterName = z.string().regex(PARAMETER, {
  error: (issue) =>
    `${quoted(issue.input)} is not a name of a parameter; use 1 to 64 letters, digits, "_" or "-", with a letter first`,
});

/** Versions are text: YAML would read 6.10 as the number 6.1. */
const VersionText = z.string({
  error: (issue) =>
    typeof issue.input === 'number'
      ? `${issue.input} is a number; put a version in quotes, "${issue.input}" (YAML reads 5.10 as the number 5.1)`
      : undefined,
});

export const Version = VersionText.regex(VERSION, {
  error: (issue) => `${quoted(issue.input)} is not a version; write one such as "5.2", "2.0.1" or "2.0.0.dev20230209"`,
});

/** One version, the beginning of one, or a PEP 440 specifier. */
export const VersionRange = VersionText.refine(isVersionOrRange, {
  error: (issue) => `${quoted(issue.input)} is no version specifier; write one such as ">=5.2,<6.3" or "5.4"`,
});

/** Variables; null takes a variable away that an outer level set. */
export const Variables = z.record(
  z.string().regex(VARIABLE, {
    error: (issue) =>
      `${quoted(issue.input)} is not a name of an environment variable; use letters, digits and "_", with no digit first`,
  }),
  z.union([z.string(), z.null()], {
    error: (issue) =>
      typeof issue.input === 'number' || typeof issue.input === 'boolean'
        ? `an environment variable is text; write "${String(issue.input)}" with quotes`
        : 'an environment variable is text in quotes, or null to take it away',
  }),
);

function quoted(input: unknown): string {
  return JSON.stringify(input);
}
