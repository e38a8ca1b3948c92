/** GitHub's OpenAPI description, as a check of requests and answers and as a source of answers that are valid. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../../harness/machine/installation.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const FILE = join(packageRoot(), 'tests', 'fixtures', 'github', 'openapi-cut.json');
/** zod looks for definitions where JSON Schema drafts have them. */
const DOCUMENT: JsonObject = JSON.parse(
  readFileSync(FILE, 'utf8').replaceAll('#/components/schemas/', '#/definitions/'),
);
const DEFINITIONS = under(under(DOCUMENT, 'components'), 'schemas');
const checks = new Map<JsonObject, z.ZodType>();
const examples = new Map<string, JsonObject>();

export interface Operation {
  readonly method: string;
  /** As the description writes it. */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** null for a path or a method that GitHub does not have. `pathname` without the API's own prefix. */
export function operationOf(method: string, pathname: string): Operation | null {
  for (const [path, methods] of Object.entries(under(DOCUMENT, 'paths'))) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const found = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(pathname);
    if (found === null || !isObject(methods) || methods[method.toLowerCase()] === undefined) continue;
    return {
      method: method.toLowerCase(),
      path,
      values: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])),
    };
  }
  return null;
}

/** What is wrong with a request; empty when nothing is. */
export function requestProblems(
  operation: Operation,
  query: URLSearchParams,
  contentType: string,
  body: Buffer,
): readonly string[] {
  const described = descriptionOf(operation);
  const parameters = listOf(described['parameters']).map(resolved);
  const problems: string[] = [];
  for (const [name, value] of query) {
    const parameter = parameters.find((one) => one['name'] === name && one['in'] === 'query');
    if (parameter === undefined) problems.push(`query ${name} is not known`);
    else
      problems.push(...issues(`query ${name}`, under(parameter, 'schema'), typed(under(parameter, 'schema'), value)));
  }
  for (const parameter of parameters) {
    const name = String(parameter['name']);
    if (parameter['in'] === 'path')
      problems.push(
        ...issues(
          `path ${name}`,
          under(parameter, 'schema'),
          typed(under(parameter, 'schema'), operation.values[name] ?? ''),
        ),
      );
    if (parameter['in'] === 'query' && parameter['required'] === true && !query.has(name))
      problems.push(`query ${name} is missing`);
  }
  const content = isObject(described['requestBody'] ?? null) ? under(under(described, 'requestBody'), 'content') : null;
  const json = content === null ? undefined : content['application/json'];
  if (content === null && body.length > 0) problems.push('it has a body and should have none');
  if (json !== undefined && isObject(json)) {
    if (!contentType.startsWith('application/json')) problems.push(`its content type is ${contentType}`);
    const schema = under(json, 'schema');
    const value: Json = JSON.parse(body.toString('utf8') || 'null');
    problems.push(...issues('body', schema, value));
    const known = Object.keys(under(schema, 'properties'));
    if (isObject(value))
      problems.push(
        ...Object.keys(value)
          .filter((name) => !known.includes(name))
          .map((name) => `body field ${name} is not known`),
      );
  }
  return problems;
}

/** What is wrong with an answer of the mock itself. */
export function answerProblems(operation: Operation, status: number, body: Json | null): readonly string[] {
  const responses = under(descriptionOf(operation), 'responses');
  const response = responses[String(status)];
  if (response === undefined || !isObject(response))
    return [`${operation.method} ${operation.path} is not described to answer ${status}`];
  const whole = resolved(response);
  if (whole['content'] === undefined) return body === null ? [] : [`${status} should have no body`];
  return issues(`answer ${status}`, under(under(under(whole, 'content'), 'application/json'), 'schema'), body);
}

/** A valid value of a named schema, with `fields` put over it. */
export function valid(name: string, fields: Readonly<Record<string, Json>>): JsonObject {
  const made = examples.get(name) ?? example(under(DEFINITIONS, name), 0);
  if (!isObject(made)) throw new Error(`${name} is no object`);
  examples.set(name, made);
  return { ...made, ...fields };
}

function example(schema: JsonObject, depth: number): Json {
  const whole = resolved(schema);
  const [first] = [...listOf(whole['oneOf']), ...listOf(whole['anyOf'])];
  if (first !== undefined) return example(first, depth);
  const all = listOf(whole['allOf']);
  if (all.length > 0) return Object.assign({}, ...all.map((one) => example(one, depth)));
  const [chosen] = Array.isArray(whole['enum']) ? whole['enum'] : [];
  if (chosen !== undefined) return chosen;
  if (whole['nullable'] === true && depth > 1) return null;
  switch (whole['type']) {
    case 'string':
      return whole['format'] === 'uri'
        ? 'https://example.invalid/'
        : whole['format'] === 'date-time'
          ? '2026-11-22T00:00:00Z'
          : whole['format'] === 'email'
            ? 'a@example.invalid'
            : 'text';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'array':
      return [];
    default: {
      const required = Array.isArray(whole['required']) ? whole['required'].map(String) : [];
      const properties = isObject(whole['properties'] ?? null) ? under(whole, 'properties') : {};
      return Object.fromEntries(required.map((name) => [name, example(under(properties, name), depth + 1)]));
    }
  }
}

function issues(what: string, schema: JsonObject, value: Json | null): readonly string[] {
  const check =
    checks.get(schema) ??
    z.fromJSONSchema(
      { ...JSON.parse(JSON.stringify(schema)), definitions: DEFINITIONS },
      { defaultTarget: 'openapi-3.0' },
    );
  checks.set(schema, check);
  return check.safeParse(value).error?.issues.map((one) => `${what} ${one.path.join('.')}: ${one.message}`) ?? [];
}

function typed(schema: JsonObject, text: string): Json {
  return resolved(schema)['type'] === 'integer' ? Number(text) : text;
}

function descriptionOf({ path, method }: Operation): JsonObject {
  return under(under(under(DOCUMENT, 'paths'), path), method);
}

function resolved(schema: JsonObject): JsonObject {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const path = reference.replace('#/definitions/', '#/components/schemas/').split('/').slice(1);
  return resolved(path.reduce(under, DOCUMENT));
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function under(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  if (found === undefined || !isObject(found)) throw new Error(`the description has no ${key} there`);
  return found;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
