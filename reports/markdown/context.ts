/** What the measurements stand on: versions, host, device and settings. */
import { deviceFacts } from '../findings/answers/device-facts.ts';
import { FIRST_LIBRARIES, MAKERS, runtimeOf } from '../../harness/model/makers.ts';
import type { Findings } from '../findings/findings.ts';
import { count } from '../findings/words/numbers.ts';
import { foldedPart, inline, markdownTable } from './inline.ts';
import type { Part } from './part.ts';
import { marked } from '../findings/answers/notices.ts';

const MOST_ROWS = 60;

const TELLING = new RegExp(`^lib(?:${FIRST_LIBRARIES.join('|')})\\.so$`);

export function versions({ results, simulated }: Findings): Part {
  const { headings } = MAKERS[results.device.kind];
  const rows = results.environments
    .slice(0, MOST_ROWS)
    .map((one) => [
      inline(one.name, 64),
      one.status,
      inline(one.versions?.torch ?? one.torch ?? '–', 60),
      inline(runtimeOf(one.versions)?.version ?? one.rocm ?? '–', 60),
      inline(one.versions?.dnn ?? '–', 40),
      inline(one.versions?.python ?? '–', 40),
      inline(one.reason ?? '', 160),
    ]);
  const same = results.environments.flatMap(({ name, sameAs = [] }) =>
    sameAs.length === 0
      ? []
      : [
          `- ${inline(name, 64)} and ${inline(sameAs.join(', '), 200)} load the very same libraries: one experiment, not two.`,
        ],
  );
  const loaded = results.environments.slice(0, MOST_ROWS).flatMap(({ name, libraries = [] }) => {
    const named =
      libraries[0]?.libraries
        .filter(({ name: library }) => TELLING.test(library))
        .slice(0, 12)
        .map(
          ({ name: library, version, id }) =>
            `${library}${version === null ? '' : ` ${version}`} (${(id ?? 'not identified').slice(0, 24)})`,
        ) ?? [];
    return named.length === 0 ? [] : [`- ${inline(name, 64)} loaded ${inline(named.join(', '), 800)}`];
  });
  const more = [...same, ...loaded];
  return {
    name: 'the versions',
    text: foldedPart(
      marked(simulated, 'Versions'),
      `${more.length === 0 ? '' : `${more.join('\n')}\n\n`}${markdownTable(['Environment', 'Status', 'torch', headings.runtime, headings.dnn, 'Python', 'Reason'], rows)}`,
    ),
  };
}

export function machine({ results, simulated }: Findings): Part {
  const { device, host, run } = results;
  const settings = results.settings.slice(0, 20).map(({ name, env, torch }) => {
    const variables = Object.entries(env).map(([variable, value]) =>
      value === null ? `${variable} taken away` : `${variable}=${value}`,
    );
    const switches = Object.entries(torch).map(([key, value]) => `torch ${key}=${String(value)}`);
    return [inline(name, 64), inline([...variables, ...switches].join(' '), 400)];
  });
  const ambient = Object.entries(host.ambient)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const facts = [
    `Device: ${inline(device.name, 120)} (${device.kind})`,
    `Kernel: ${inline(host.kernel, 120)}`,
    `CPU: ${inline(host.cpu, 120)}`,
    `Memory: ${count(host.memoryMib)} MiB`,
    `Program: ${inline(results.tool, 80)}, ${inline(run.strategy, 40)} search`,
    `Variables of the caller: ${inline(ambient, 600) || 'none'}`,
    ...deviceFacts(results).map(([fact, value]) => `${fact}: ${inline(value, 800)}`),
  ];
  return {
    name: 'host and settings',
    text: foldedPart(
      marked(simulated, 'Host, device and settings'),
      `${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${markdownTable(['Setting', 'Variables and switches'], settings)}`,
    ),
  };
}
