/** The supervisor's front door: start a worker, or end what an earlier harness left behind. */
export { startWorker } from './start-worker.ts';
export { sweepRun } from './sweep-run.ts';
