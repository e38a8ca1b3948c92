/**
 * "Is it the card or the software?", answered from canaries, controls and from which environments fail. Each sentence says what was seen;
 * the first one is the answer, and it is "not known" unless what was seen decides it. Empty where no health probe ran.
 */
import type { ProbeKnowledge } from '../../../harness/knowledge/knowledge.ts';
import { knowledgeOf } from '../../../harness/knowledge/probes.ts';
import { CONTROL_KINDS } from '../../../harness/model/control.ts';
import { MAKERS } from '../../../harness/model/makers.ts';
import type { CellResult, ControlResult, HealthSummary, Results } from '../../../harness/model/results/results.ts';
import { controlsWithoutDnn } from './hang-controls.ts';
import { counted, listed } from '../words/numbers.ts';
import { plainLine } from '../words/plain-text.ts';
import { VERDICTS, type VerdictKind } from '../../../harness/model/results/verdict.ts';
import { siteKey } from '../../../harness/model/site.ts';
import type { Statement } from './statement.ts';

/** suspect: the card computes, and the suspected operation hangs. */
export type Blame = 'suspect' | 'software' | 'card-or-driver' | 'nothing-hung' | 'open';

export interface CardOrSoftware {
  readonly blame: Blame;
  /** The answer first. */
  readonly statements: readonly Statement[];
}

const MOST_NAMES = 4;

export function cardOrSoftware(results: Results, known = knowledgeOf(results.run.probe)): CardOrSoftware | null {
  const { health, controls = [] } = results;
  if (health === undefined && controls.length === 0) return null;
  const said = answer(
    results,
    controls.filter(({ result }) => result !== 'inconclusive'),
  );
  return {
    blame: said.blame,
    statements: [said, ...withoutDnn(results, known), ...canaries(results), ...inconclusive(controls)].map(
      ({ tone, text }) => ({ tone, text }),
    ),
  };
}

interface Answer extends Statement {
  readonly blame: Blame;
}

function answer(results: Results, controls: readonly ControlResult[]): Answer {
  const hung = hungSites(results);
  const basics = controls.filter(({ control }) => CONTROL_KINDS[control] === 'basic');
  const names = listed([...new Set(basics.map(({ control }) => control))], MOST_NAMES);
  const failed = basics.filter(({ result }) => result === 'sick');
  if (isQuarantinedSick(results)) {
    return {
      blame: 'card-or-driver',
      tone: 'bad',
      text: 'The card or its driver: in the end even the canary, one small operation, failed, and it did so again after every cool-down.',
    };
  }
  if (hung.size === 0) {
    const lost = results.cells.filter(
      ({ basis, verdict }) => basis.kind === 'observed' && VERDICTS[verdict].tookHost,
    ).length;
    if (lost > 0)
      return {
        blame: 'open',
        tone: 'warn',
        text: `Not known: the machine went down during ${counted(lost, 'cell')}${failed.length === 0 ? '' : `, and ${failures(failed)}`}. Software alone can do that as well as a card or its power supply.`,
      };
    if (failed.length === 0)
      return {
        blame: 'nothing-hung',
        tone: 'good',
        text: basics.length === 0 ? 'Nothing hung.' : `Nothing hung, and the controls (${names}) passed.`,
      };
    return { blame: 'open', tone: 'warn', text: `Not known: nothing of the matrix hung, but ${failures(failed)}.` };
  }
  const there = basics.filter((one) => hung.has(siteKey(one)));
  if (there.length === 0) return fromEnvironments(results, hung);
  const [bad, good] = [
    there.filter(({ result }) => result === 'sick'),
    there.filter(({ result }) => result === 'healthy'),
  ];
  if (bad.length === 0) {
    const where = sitesOf(results, new Set(there.map(siteKey)).size);
    return {
      blame: 'suspect',
      tone: 'plain',
      text: `The card computes: ${names} passed in ${where} in which the suspect, ${plainLine(results.run.probe, 40)}, hangs. What hangs is the suspect, or what it alone uses.`,
    };
  }
  const fit = new Set(
    basics
      .filter(({ environment, result }) => result === 'healthy' && !bad.some((one) => one.environment === environment))
      .map(({ environment }) => environment),
  );
  if (good.length === 0 && fit.size > 0) {
    return {
      blame: 'software',
      tone: 'warn',
      text: `The software of ${named(bad)}: even ${names} fail there, and pass in ${listed(
        [...fit].map((name) => plainLine(name, 64)),
        MOST_NAMES,
      )} on the same card and driver.`,
    };
  }
  if (good.length === 0)
    return {
      blame: 'card-or-driver',
      tone: 'bad',
      text: `The card, its driver or all of the software: ${names} fail wherever the suspect hangs, so it is not the suspect alone.`,
    };
  return {
    blame: 'open',
    tone: 'warn',
    text: `Not decided: where the suspect hangs ${failures(bad)}, while ${counted(good.length, 'other control')} passed.`,
  };
}

/** Without controls only the difference between environments speaks. */
function fromEnvironments(results: Results, hung: ReadonlySet<string>): Answer {
  const observed = results.cells.filter(({ basis }) => basis.kind === 'observed');
  const bad = new Set([...hung].map((site) => environmentOf(results, site)));
  const good = new Set(
    observed
      .filter(({ verdict, environment }) => verdict === 'pass' && !bad.has(environment))
      .map(({ environment }) => environment),
  );
  if (good.size === 0)
    return {
      blame: 'open',
      tone: 'warn',
      text: 'Not known: the suspect hangs in every environment that was tried, and no control ran there. Add controls to the matrix.',
    };
  return {
    blame: 'software',
    tone: 'plain',
    text: `The versions make the difference: the suspect hangs under ${counted(bad.size, 'environment')} and passed without a hang under ${good.size}, on the same card and driver. No control ran where it hangs.`,
  };
}

/** What the suspect's own operation says without MIOpen or cuDNN, where the suspect hangs. */
function withoutDnn(results: Results, known: ProbeKnowledge): readonly Statement[] {
  if (known.withoutDnn === null) return [];
  const { operation } = known.withoutDnn;
  const hung = hungCells(results);
  const { healthy, sick } = controlsWithoutDnn(results, hung, known);
  const library = MAKERS[results.device.kind].dnn;
  if (healthy.length + sick.length === 0) return [];
  const [tried, all] = [new Set(healthy.map(siteKey)).size, new Set(hung.map(siteKey)).size];
  const where =
    tried === all ? 'wherever the suspect hangs' : `in ${tried} of ${sitesOf(results, all)} in which the suspect hangs`;
  if (sick.length === 0)
    return [
      {
        tone: 'plain',
        text: `A ${operation} of the size that hangs passes with ${library} off ${where}: the hang comes with ${library} or with what it runs.`,
      },
    ];
  if (healthy.length === 0)
    return [{ tone: 'plain', text: `A ${operation} fails with ${library} off as well: it is not ${library} alone.` }];
  return [
    {
      tone: 'warn',
      text: `With ${library} off a ${operation} failed ${counted(sick.length, 'time')} and passed ${counted(healthy.length, 'time')} where the suspect hangs.`,
    },
  ];
}

/** What the suspect's own known passes did when they were tried again. */
function witnesses({ witnesses: seen }: HealthSummary): readonly Statement[] {
  if (seen === undefined) return [];
  const [first] = seen.failed;
  if (first === undefined)
    return [
      {
        tone: 'good',
        text: `Known passes of the suspect were tried again ${counted(seen.passed, 'time')}, after hangs and at the end, and passed each time: the hangs are not what an earlier hang left behind.`,
      },
    ];
  // Twice at the end, the second time after a pause.
  const late = seen.failed.filter(({ why }) => why === 'end');
  const worn = late.find((one, place) => late.slice(place + 1).some((other) => siteKey(other) === siteKey(one)));
  return [
    {
      tone: 'warn',
      text: `Known passes of the suspect were tried again and failed ${counted(seen.failed.length, 'time')}, and passed ${counted(seen.passed, 'time')}; the first time in ${plainLine(first.environment, 64)} ${first.after === null ? 'before anything else was tried there or at the end' : `after ${plainLine(first.after, 100)}`}: it ${plainLine(first.reason, 160)}.`,
    },
    ...(worn === undefined
      ? []
      : [
          {
            tone: 'warn' as const,
            text: `At the end of the run an early pass in ${plainLine(worn.environment, 64)} did not pass any more: the card or its driver wears out, or the pass was chance. Run the matrix again after a reboot.`,
          },
        ]),
  ];
}

function canaries({ health }: Results): readonly Statement[] {
  if (health === undefined) return [];
  const { healthy, sick, inconclusive: unknown } = health.canaries;
  const said: Statement[] = [];
  if (sick === 0 && healthy > 0)
    said.push({
      tone: 'good',
      text: `The canary passed ${healthy === 1 ? 'once' : `all ${healthy} times`}; a canary is one small operation.`,
    });
  if (sick > 0) {
    const first = health.failures.find(({ result }) => result === 'sick');
    said.push({
      tone: 'warn',
      text: `The canary failed ${counted(sick, 'time')} and passed ${counted(healthy, 'time')}${first === undefined ? '' : `; the first time ${first.after === null ? 'at the start' : `after ${plainLine(first.after, 100)}`}: it ${plainLine(first.reason, 160)}`}.`,
    });
  }
  if (unknown > 0)
    said.push({
      tone: 'warn',
      text: `The canary could not be run ${counted(unknown, 'time')}, which is the environment's fault and not the card's: ${plainLine(health.failures.find(({ result }) => result === 'inconclusive')?.reason ?? '', 160)}.`,
    });
  if (health.unfit.length > 0)
    said.push({
      tone: 'warn',
      text: `The canary fails in ${listed(
        health.unfit.map((name) => plainLine(name, 64)),
        MOST_NAMES,
      )} and passes elsewhere: that is the environment, not the card.`,
    });
  said.push(...witnesses(health));
  if (health.voidAttempts > 0)
    said.push({
      tone: 'warn',
      text: `${counted(health.voidAttempts, 'attempt')} made on a sick card, or where known passes hung as well, ${health.voidAttempts === 1 ? 'counts' : 'count'} for nothing.`,
    });
  for (const { pid, attempt, ended } of health.left) {
    said.push({
      tone: ended === null ? 'bad' : 'warn',
      text: `Process ${pid} of ${plainLine(attempt, 100)} could not be killed${ended === null ? '; nothing is known of its end' : `: ${plainLine(ended, 160)}`}.`,
    });
  }
  return said;
}

function inconclusive(controls: readonly ControlResult[]): readonly Statement[] {
  const open = controls.filter(({ result }) => result === 'inconclusive');
  const [first] = open;
  if (first === undefined) return [];
  return [
    {
      tone: 'warn',
      text: `${counted(open.length, 'control')} could not be run, such as ${first.control} in ${plainLine(first.environment, 64)}: ${plainLine(first.reason, 160)}.`,
    },
  ];
}

function isQuarantinedSick({ run, health }: Results): boolean {
  return run.status === 'quarantined' && health?.failures.at(-1)?.result === 'sick';
}

/** Hangs that fresh processes did not refute. */
function hungCells({ cells }: Results): readonly CellResult[] {
  return cells.filter(
    ({ basis, verdict, confirmed }) =>
      basis.kind === 'observed' && (leftHostUp(verdict) || (verdict === 'flaky' && confirmed === true)),
  );
}

/** Hung, and the machine stayed up. */
function leftHostUp(verdict: VerdictKind): boolean {
  return VERDICTS[verdict].neverReturned && !VERDICTS[verdict].tookHost;
}

function hungSites(results: Results): ReadonlySet<string> {
  return new Set(hungCells(results).map(siteKey));
}

/** "7 environments"; settings are named where there are several. */
function sitesOf({ settings }: Results, many: number): string {
  return settings.length > 1
    ? counted(many, 'environment and setting', 'environments and settings')
    : counted(many, 'environment');
}

function environmentOf(results: Results, site: string): string {
  return results.cells.find((cell) => siteKey(cell) === site)?.environment ?? '';
}

function failures(failed: readonly ControlResult[]): string {
  const [first] = failed;
  if (first === undefined) return 'no control failed';
  return `${counted(failed.length, 'control')} failed, such as ${first.control} in ${plainLine(first.environment, 64)} (${plainLine(first.reason, 120)})`;
}

function named(controls: readonly ControlResult[]): string {
  return listed([...new Set(controls.map(({ environment }) => plainLine(environment, 64)))], MOST_NAMES);
}
