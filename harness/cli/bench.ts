/** The program's table of contents: every command, and the code that does it. That code is loaded when it is called, so that `--help` loads none of it. */
import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { declareAttach } from './commands/attach.ts';
import { declareBisect, declareBisectLog } from './commands/bisect.ts';
import {
  declareCatalogue,
  declareCatalogueList,
  declareCatalogueShow,
  declareCatalogueUpdate,
} from './commands/catalogue.ts';
import { declareCompare } from './commands/compare.ts';
import { declareCompletion } from './commands/completion.ts';
import { declareDoctor } from './commands/doctor.ts';
import {
  declareEnv,
  declareEnvCreate,
  declareEnvList,
  declareEnvPrune,
  declareEnvRun,
  declareEnvShow,
  declareEnvWhy,
} from './commands/env.ts';
import { declareHistory } from './commands/history.ts';
import { declareIssue } from './commands/issue.ts';
import { declareJudge } from './commands/judge.ts';
import { declarePlan } from './commands/plan.ts';
import { declareProbe } from './commands/probe.ts';
import { declareReport } from './commands/report.ts';
import { declareRun } from './commands/run.ts';
import { ioOf, type Io, type Streams } from './streams.ts';
import { describeFailure } from './text/failure.ts';
import { refuseGoneFolder } from './text/system-failure.ts';
import { packageVersion } from '../machine/installation.ts';
import { ExitCode } from '../model/errors.ts';

/** To git bisect run 2 would mean "bad": a probe that was worded wrongly stops it. */
const WRONG_PROBE = 128;

/** Runs one command; resolves with the exit code and never rejects. `words`: what follows `bench`. */
export async function bench(words: readonly string[], streams: Streams): Promise<number> {
  let code: number = ExitCode.complete;
  let color = true;
  const io = ioOf(streams, () => color);
  const end = async (ended: Promise<number>): Promise<void> => {
    code = await ended;
  };
  try {
    const top = program(io, end);
    top.on('option:no-color', () => {
      color = false;
    });
    await top.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    const isProbe = words.find((word) => !word.startsWith('-')) === 'probe';
    // commander has printed its message; 0 is --help and --version.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? ExitCode.complete : isProbe ? WRONG_PROBE : ExitCode.usage;
    const failure = describeFailure(error, io.env);
    io.stderr.write(failure.text);
    return isProbe ? WRONG_PROBE : failure.exitCode;
  }
}

function program(io: Io, end: (ended: Promise<number>) => Promise<void>): CommandUnknownOpts {
  const top = new Command('bench')
    .description(
      'Finds which ROCm and PyTorch versions and which shapes hang on this card, and exactly where the boundary is.',
    )
    .version(packageVersion())
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are obeyed too)')
    .showHelpAfterError('(bench --help shows the commands and options)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
    })
    .exitOverride()
    .hook('preAction', refuseGoneFolder);

  declareRun(top).action(async (matrix, options) => end((await import('./actions/run.ts')).run(matrix, options, io)));
  declarePlan(top).action(async (matrix, options) =>
    end((await import('./actions/plan.ts')).plan(matrix, options, io)),
  );
  declareDoctor(top).action(async (matrix, options) =>
    end((await import('./actions/doctor.ts')).doctor(matrix, options, io)),
  );
  declareJudge(top).action(async (run) => end((await import('./actions/judge.ts')).judge(run, io)));
  declareReport(top).action(async (run) => end((await import('./actions/report.ts')).report(run, io)));
  declareCompare(top).action(async (baseline, run, options) =>
    end((await import('./actions/compare.ts')).compareRuns(baseline, run, options, io)),
  );
  declareHistory(top).action(async (folder, options) =>
    end((await import('./actions/history.ts')).history(folder, options, io)),
  );
  declareAttach(top).action(async (run, options) =>
    end((await import('./actions/attach.ts')).attachRun(run, options, io)),
  );
  declareIssue(top).action(async (run, options) => end((await import('./actions/issue.ts')).issue(run, options, io)));

  const bisect = declareBisect(top).action(async (matrix, options) =>
    end((await import('./actions/bisect.ts')).bisect(matrix, options, io)),
  );
  declareBisectLog(bisect).action(async (run) => end((await import('./actions/bisect-log.ts')).bisectLog(run, io)));
  declareProbe(top).action(async (matrix, options) =>
    end((await import('./actions/probe.ts')).probe(matrix, options, io)),
  );

  const catalogue = declareCatalogue(top);
  declareCatalogueList(catalogue).action(async (options) =>
    end((await import('./actions/catalogue/list.ts')).catalogueList(options, io)),
  );
  declareCatalogueShow(catalogue).action(async (wheel, options) =>
    end((await import('./actions/catalogue/show.ts')).catalogueShow(wheel, options, io)),
  );
  declareCatalogueUpdate(catalogue).action(async (options) =>
    end((await import('./actions/catalogue/update.ts')).catalogueUpdate(options, io)),
  );

  const env = declareEnv(top);
  declareEnvWhy(env).action(async (a, b, options) =>
    end((await import('./actions/env/why.ts')).envWhy(a, b, options, io)),
  );
  declareEnvList(env).action(async (options) => end((await import('./actions/env/list.ts')).envList(options, io)));
  declareEnvShow(env).action(async (matrix, name, options) =>
    end((await import('./actions/env/create.ts')).envCreate(matrix, name, { ...options, print: true }, io)),
  );
  declareEnvCreate(env).action(async (matrix, name, options) =>
    end((await import('./actions/env/create.ts')).envCreate(matrix, name, options, io)),
  );
  declareEnvRun(env).action(async (matrix, command, options) =>
    end((await import('./actions/env/run.ts')).envRun(matrix, command, options, io)),
  );
  declareEnvPrune(env).action(async (options) => end((await import('./actions/env/prune.ts')).envPrune(options, io)));

  declareCompletion(top).action(async (shell) =>
    end((await import('./completion/completion.ts')).completion(shell, top, io)),
  );
  return top;
}
