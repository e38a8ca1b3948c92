/** Takes jobs from its parent, one at a time, and tells the samples of each. Ends when the parent lets go of it. */
import { PARTS } from './parts/parts.ts';
import { Job } from './sample.ts';

process.on('message', (message) => {
  const job = Job.parse(message);
  const part = PARTS.find(({ name }) => name === job.part);
  if (part === undefined) throw new RangeError(`no part ${job.part}`);
  void part.run(job).then((samples) => process.send?.(samples));
});
